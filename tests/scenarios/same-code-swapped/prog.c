/*
 * Two calls that pass a text each have changed places: the code is the same but for the texts. An
 * activation that waits in the first call must not do the second one's work twice.
 *
 * before: old [ab] \d+
 * after: new [ab] \d+
 * expect: either
 * sequence: (?:old|new) (a) (\d+)
 * sequence: (?:old|new) (b) (\d+)
 */
#include "support.h"

#ifdef NEW
#define VERSION "new"
#define FIRST "b"
#define SECOND "a"
#else
#define VERSION "old"
#define FIRST "a"
#define SECOND "b"
#endif

NOINLINE static void say(const char *text, long n)
{
	tick();
	printf(VERSION " %s %ld\n", text, n);
	tick();
}

NOINLINE static void work(long n)
{
	say(FIRST, n);
	tick();
	say(SECOND, n);
	tick();
}

int main(void)
{
	begin();
	for (long n = 0;; n++)
		work(n);
}

/*
 * The new version has two calls where the old one has one, all with other constants, and the thread
 * is in it half of the time: which of the two the old call became cannot be told from the
 * constants.
 *
 * before: old n=\d+
 * after: new n=\d+
 * sequence: \bn=(\d+)
 */
#include "support.h"

NOINLINE static void say(const char *what, long n)
{
	printf("%s n=%ld\n", what, n);
	tick();
	tick();
}

NOINLINE static void work(void)
{
	for (long n = 0;; n++) {
		tick();
		tick();
#ifdef NEW
		long extra = opaque(n + 1);

		if (extra != n + 1)
			say("BAD", extra);
		say("new", n);
#else
		say("old", n);
#endif
	}
}

int main(void)
{
	begin();
	work();
}

/*
 * Literals that share storage (equal ones, and tails of others) in old and new code.
 *
 * before: error: not found \(found\) n=\d+
 * after: error: nothing found \(found, hing found\) n=\d+
 * sequence: \bn=(\d+)
 */
#include "support.h"

NOINLINE static const char *tail(int which)
{
	static const char *const texts[] = { "found", "error: not found", "hing found" };

	return texts[opaque(which)];
}

NOINLINE static void step(int n)
{
#ifdef NEW
	printf("%s (%s, %s) n=%d\n", "error: nothing found", tail(0), tail(2), n);
#else
	printf("%s (%s) n=%d\n", "error: not found", tail(0), n);
#endif
}

int main(void)
{
	begin();
	for (int n = 0;; n++) {
		step(n);
		tick();
	}
}

/*
 * A function that was active is removed; its caller no longer calls it.
 *
 * before: old helper n=\d+
 * after: new n=\d+
 * sequence: \bn=(\d+)
 */
#include "support.h"

#ifndef NEW
NOINLINE static void helper(int n)
{
	printf("old helper n=%d\n", n);
}
#endif

NOINLINE static void step(int n)
{
#ifdef NEW
	printf("new n=%d\n", n);
#else
	helper(n);
	opaque(n);
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

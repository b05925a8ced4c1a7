/*
 * Changed functions that are shorter than a jump.
 *
 * before: old a=1 b=0 n=\d+
 * after: old a=7 b=9 n=\d+
 * sequence: \bn=(\d+)
 * either: -O1 -O2 -O3 -Os
 */
#include "support.h"

NOINLINE int zero(void)
{
#ifdef NEW
	return 9;
#else
	return 0;
#endif
}

NOINLINE int one(void)
{
#ifdef NEW
	return 7;
#else
	return 1;
#endif
}

NOINLINE void nothing(void)
{
	__asm__ volatile("");
#ifdef NEW
	opaque(1);
#endif
}

int main(void)
{
	int (*volatile get_zero)(void) = zero;
	int (*volatile get_one)(void) = one;
	void (*volatile do_nothing)(void) = nothing;

	begin();
	for (int n = 0;; n++) {
		do_nothing();
		printf("old a=%d b=%d n=%d\n", get_one(), get_zero(), n);
		tick();
	}
}

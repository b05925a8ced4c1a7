/*
 * What chooses among a function's bodies at start is changed itself (ifunc): the process has chosen
 * already, and the new code would choose another one.
 *
 * before: old value=1 n=\d+
 * expect: refuse
 * reason: chooses a function at start
 * compilers: gcc
 */
#include "support.h"

static int one(void)
{
	return (int)opaque(1);
}

static int two(void)
{
	return (int)opaque(2);
}

static void *choose(void)
{
#ifdef NEW
	return (void *)two;
#else
	return (void *)one;
#endif
}

static int chosen(void) __attribute__((ifunc("choose")));

int main(void)
{
	begin();
	for (long n = 0;; n++) {
		tick();
		if (two() != 2)
			printf("BAD\n");
#ifdef NEW
		printf("new value=%d n=%ld\n", chosen(), n);
#else
		printf("old value=%d n=%ld\n", chosen() + (one() != 1), n);
#endif
	}
}

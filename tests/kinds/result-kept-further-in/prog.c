/*
 * The function that the call is of stays as it is, and calls the one that changes.
 *
 * before: 1020
 * expect: refuse
 * reason: computed once where
 */
#include "support.h"

#ifdef NEW
#define FACTOR 5
#else
#define FACTOR 3
#endif

NOINLINE static int weigh(int x)
{
	return (x * FACTOR) ^ (x >> 2);
}

NOINLINE static int cost(int x)
{
	return weigh(x) + 1000;
}

NOINLINE static void show(int x)
{
	for (;;) {
		printf("%d\n", cost(x));
		tick();
	}
}

int main(void)
{
	begin();
	show((int)opaque(7));
}

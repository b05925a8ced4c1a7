/*
 * The function that the call is of stays as it is, and calls the one that changes.
 *
 * before: 1020
 * expect: refuse
 * reason: computed once where
 */
#include "weigh.h"

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

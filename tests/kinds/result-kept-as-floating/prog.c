/*
 * The result is floating, and a calculation with it is taken out of the loop, too.
 *
 * before: 43\.0
 * expect: refuse
 * reason: computed once where
 */
#include "weigh.h"

NOINLINE static double share(double x)
{
	return x * FACTOR + 0.5;
}

NOINLINE static void show(int x)
{
	for (;;) {
		printf("%.1f\n", share(x) * 2);
		tick();
	}
}

int main(void)
{
	begin();
	show((int)opaque(7));
}

/*
 * The result is floating, and a calculation with it is taken out of the loop, too.
 *
 * before: 43\.0
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

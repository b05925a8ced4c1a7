/*
 * The result is that of a variable of the loop.
 *
 * before: 20
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

NOINLINE static void show(int x)
{
	for (;;) {
		int weight = weigh(x);

		printf("%d\n", weight);
		tick();
	}
}

int main(void)
{
	begin();
	show((int)opaque(7));
}

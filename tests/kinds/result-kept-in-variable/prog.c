/*
 * The result is that of a variable of the loop.
 *
 * before: 20
 * expect: refuse
 * reason: computed once where
 */
#include "weigh.h"

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

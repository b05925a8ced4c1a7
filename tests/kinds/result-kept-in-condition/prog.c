/*
 * The call is in the condition of the loop.
 *
 * before: 20
 * expect: refuse
 * reason: computed once where
 */
#include "weigh.h"

NOINLINE static void show(int x)
{
	volatile int start = 0;
	int i = start;

	while (weigh(x) > i) {
		printf("%d\n", i >= 0 ? 20 : 0);
		tick();
	}
}

int main(void)
{
	begin();
	show((int)opaque(7));
}

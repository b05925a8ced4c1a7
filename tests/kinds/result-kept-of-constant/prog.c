/*
 * The loop reads a constant that changes; its entry is always the same one.
 *
 * before: 3 20
 * expect: refuse
 * reason: computed once where
 */
#include "weigh.h"

static const int weights[8] = { 1, 2, 3, 4, 5, 6, 7, FACTOR };

NOINLINE static void show(int x)
{
	for (;;) {
		printf("%d %d\n", weights[x & 7], weigh(x));
		tick();
	}
}

int main(void)
{
	begin();
	show((int)opaque(7));
}

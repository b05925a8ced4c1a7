/*
 * A function that is inlined in the loop makes the call.
 *
 * before: 20
 * expect: refuse
 * reason: computed once where
 */
#include "weigh.h"

static inline __attribute__((always_inline)) void show_one(int x)
{
	printf("%d\n", weigh(x));
}

NOINLINE static void show(int x)
{
	for (;;) {
		show_one(x);
		tick();
	}
}

int main(void)
{
	begin();
	show((int)opaque(7));
}

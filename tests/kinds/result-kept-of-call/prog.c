/*
 * The compiler has taken a call out of the loop; what it calls changes.
 *
 * before: 20
 * expect: refuse
 * reason: computed once where
 */
#include "weigh.h"

NOINLINE static void show(int x)
{
	for (;;) {
		printf("%d\n", weigh(x));
		tick();
	}
}

int main(void)
{
	begin();
	show((int)opaque(7));
}

/*
 * Without a loop: the second call is not made, since the first one had the same result.  An activation
 * that is between the two waits until it has left the function.
 *
 * before: 20
 * after: 34
 */
#include "weigh.h"

NOINLINE static void show(int x)
{
	printf("%d\n", weigh(x));
	tick();
	printf("%d\n", weigh(x));
}

int main(void)
{
	begin();
	for (;;)
		show((int)opaque(7));
}

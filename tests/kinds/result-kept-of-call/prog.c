/*
 * The compiler has taken a call out of the loop; what it calls changes.
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
		printf("%d\n", weigh(x));
		tick();
	}
}

int main(void)
{
	begin();
	show((int)opaque(7));
}

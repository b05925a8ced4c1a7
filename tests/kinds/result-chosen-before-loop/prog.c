/*
 * What is asked before the loop is not asked again.
 *
 * before: ready 1
 * after: ready 1 now
 */
#include "support.h"

NOINLINE static int level(int x)
{
#ifdef NEW
	return x * 100 + 7;
#else
	return x * 3 + 7;
#endif
}

NOINLINE static void show(int x)
{
	long count;

	if (level(x) < 5)
		return;
	count = opaque(1);
	for (;;) {
#ifdef NEW
		printf("ready %ld now\n", count);
#else
		printf("ready %ld\n", count);
#endif
		tick();
	}
}

int main(void)
{
	begin();
	show((int)opaque(1));
}

/*
 * A variable is set before the loop: it keeps its value.
 *
 * before: 20 26
 * after: 20 26 and more
 */
#include "weigh.h"

NOINLINE static void show(int x)
{
	int weight = weigh(x);

	for (int count = weigh(x + 1), i = 0; i < 1 << 30; i++) {
#ifdef NEW
		printf("%d %d and more\n", weight, count);
#else
		printf("%d %d\n", weight, count);
#endif
		tick();
	}
}

int main(void)
{
	begin();
	show((int)opaque(7));
}

/*
 * The initial value of a variable changes: the running value stays.
 *
 * before: old value=\d+
 * after: new value=\d+
 * sequence: value=(\d+)
 */
#include "support.h"

#ifdef NEW
static int value = 500000;
#else
static int value = 100;
#endif

NOINLINE static void step(void)
{
#ifdef NEW
	printf("new value=%d\n", value > 400000 ? value - 499900 : value);
#else
	printf("old value=%d\n", value);
#endif
	value++;
}

int main(void)
{
	begin();
	for (;;) {
		step();
		tick();
	}
}

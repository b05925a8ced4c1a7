/*
 * A changed function has an alias, and another one is weak.
 *
 * before: alias=1 weak=10 n=\d+
 * after: alias=2 weak=20 n=\d+
 * sequence: \bn=(\d+)
 */
#include "support.h"

NOINLINE int original(void)
{
#ifdef NEW
	return (int)opaque(2);
#else
	return (int)opaque(1);
#endif
}

int other_name(void) __attribute__((alias("original")));

__attribute__((weak, noinline)) int replaceable(void)
{
#ifdef NEW
	return (int)opaque(20);
#else
	return (int)opaque(10);
#endif
}

int main(void)
{
	begin();
	for (int n = 0;; n++) {
		printf("alias=%d weak=%d n=%d\n", other_name(), replaceable(), n);
		tick();
	}
}

/*
 * A function of which the compiler makes .constprop clones changes while it is active.
 *
 * before: old power=8 n=\d+
 * after: new power=27 n=\d+
 * sequence: \bn=(\d+)
 */
#include "support.h"

static NOINLINE int power(int base, int exponent, int flags)
{
	int result = 1;

	for (int i = 0; i < exponent; i++)
		result *= (int)opaque(base);
	tick();
#ifdef NEW
	return flags ? result : -result;
#else
	return flags ? result : 0;
#endif
}

NOINLINE static void step(int n)
{
#ifdef NEW
	printf("new power=%d n=%d\n", power(3, 3, 1), n);
#else
	printf("old power=%d n=%d\n", power(2, 3, 1), n);
#endif
}

int main(void)
{
	begin();
	for (int n = 0;; n++)
		step(n);
}

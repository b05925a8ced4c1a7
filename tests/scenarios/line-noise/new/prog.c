#include "support.h"

/*
 * These lines are only here
 * to shift
 * the ones below.
 */

NOINLINE static int line(void)
{
	return (int)opaque(__LINE__);
}

NOINLINE static void step(int n)
{
	printf("line=%d new n=%d\n", line(), n);
}

int main(void)
{
	begin();
	for (int n = 0;; n++) {
		step(n);
		tick();
	}
}

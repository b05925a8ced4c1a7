/*
 * Two units have static functions and variables of equal names; only the second unit's changes.
 *
 * before: first=1 second=100 n=\d+
 * after: first=1 second=101 n=\d+
 * sequence: \bn=(\d+)
 */
#include "support.h"

int second(void);

static int base = 1;

NOINLINE static int step(void)
{
	return (int)opaque(base);
}

int main(void)
{
	begin();
	for (int n = 0;; n++) {
		printf("first=%d second=%d n=%d\n", step(), second(), n);
		tick();
	}
}

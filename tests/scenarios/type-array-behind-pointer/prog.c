/*
 * A table on the heap changes its bounds, and its size stays: only the pointer's type tells.
 *
 * before: old corner=7 n=\d+
 * expect: refuse
 * reason: member 'rows'|variable 'rows' .* changed its type
 */
#include "support.h"

#ifdef NEW
static int (*rows)[4][4];
#else
static int (*rows)[2][8];
#endif

NOINLINE static void step(int n)
{
	int corner = (*rows)[opaque(1)][1];

#ifdef NEW
	if (corner != 7)
		printf("BAD corner\n");
#endif
	printf("old corner=%d n=%d\n", corner, n);
}

int main(void)
{
	begin();
	rows = calloc(1, sizeof(*rows));
	(*rows)[1][1] = 7;
	for (int n = 0;; n++) {
		step(n);
		tick();
	}
}

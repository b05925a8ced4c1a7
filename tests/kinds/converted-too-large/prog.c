/*
 * A number becomes narrower than what it holds.
 *
 * before: total=\d+ n=\d+
 * expect: refuse
 * reason: variable 'total' .* too large for its new type
 */
#include "support.h"

#ifdef NEW
static short total;
#else
static long total;
#endif

NOINLINE static void set_up(void)
{
	total = opaque(100000);
}

NOINLINE static void step(int n)
{
	total++;
	if (total < 1000)
		printf("BAD total\n");
	printf("total=%ld n=%d\n", (long)total, n);
}

int main(void)
{
	begin();
	set_up();
	for (int n = 0;; n++) {
		step(n);
		tick();
	}
}

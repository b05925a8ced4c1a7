/*
 * A number becomes wider, and its increment moves across a call in which the program spends its time.
 *
 * before: old total=\d+ n=\d+
 * after: new total=\d+ n=\d+
 * sequence: total=(\d+)
 * sequence: \bn=(\d+)
 */
#include "support.h"

#ifdef NEW
static long total;
#else
static int total;
#endif

NOINLINE static void set_up(void)
{
	total = (int)opaque(0);
}

NOINLINE static void step(int n)
{
#ifdef NEW
	tick();
	total++;
	printf("new");
#else
	total++;
	tick();
	printf("old");
#endif
	printf(" total=%ld n=%d\n", (long)total, n);
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

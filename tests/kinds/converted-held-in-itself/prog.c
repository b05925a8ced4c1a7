/*
 * A structure that is to be converted holds the address of one of its own members.
 *
 * before: total=\d+ n=\d+
 * expect: refuse
 * reason: variable 'counts' gets another place, and its address is held
 */
#include "support.h"

struct counts {
#ifdef NEW
	long fresh;
#endif
	long total;
	long *at;
	char pad[40];
};

static struct counts counts;

NOINLINE static void set_up(void)
{
	counts.at = &counts.total + opaque(0);
}

NOINLINE static void step(int n)
{
	++*counts.at;
#ifdef NEW
	counts.fresh++;
#endif
	if (counts.at != &counts.total)
		printf("BAD at\n");
	printf("total=%ld n=%d\n", counts.total, n);
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

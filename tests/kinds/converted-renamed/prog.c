/*
 * A member of a structure gets another name, and one is added: it may be gone, and both new.
 *
 * before: total=\d+ n=\d+
 * expect: refuse
 * reason: member 'total' is gone and others are new|the layout of 'struct counts' 
 */
#include "support.h"

struct counts {
	long first;
#ifdef NEW
	long sum, fresh;
#else
	long total;
#endif
};

static struct counts counts;

NOINLINE static void set_up(void)
{
	counts.first = opaque(3);
}

NOINLINE static void step(int n)
{
	if (counts.first != 3)
		printf("BAD first\n");
#ifdef NEW
	counts.fresh++;
	printf("total=%ld n=%d\n", ++counts.sum, n);
	if (counts.sum < n)
		printf("BAD sum\n");
#else
	printf("total=%ld n=%d\n", ++counts.total, n);
#endif
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

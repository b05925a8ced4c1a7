/*
 * A structure type that changed is given and returned by value, so that it is in frames of functions that
 * have no variable of it.
 *
 * before: sum=\d+ n=\d+
 * expect: refuse
 * reason: the layout of 'struct counts' 
 */
#include "support.h"

struct counts {
#ifdef NEW
	long fresh;
#endif
	long total, kept, more, last;
};

NOINLINE static struct counts counts_of(long n)
{
	struct counts counts = { 0 };

	counts.total = n;
	counts.last = opaque(1);
	return counts;
}

NOINLINE static long sum_of(struct counts counts)
{
	return counts.total + counts.last;
}

int main(void)
{
	begin();
	for (int n = 0;; n++) {
		printf("sum=%ld n=%d\n", sum_of(counts_of(n)), n);
		tick();
	}
}

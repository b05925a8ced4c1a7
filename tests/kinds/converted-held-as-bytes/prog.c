/*
 * Memory on the heap holds the address of a structure that is to be converted, as a pointer to anything.
 *
 * before: total=\d+ n=\d+
 * expect: refuse
 * reason: variable 'counts' gets another place, and its address is held|the layout of 'struct counts' 
 */
#include "counts.h"

static void **holder;

NOINLINE static void set_up(void)
{
	holder = malloc(sizeof(*holder));
	*holder = (char *)&counts + opaque(0);
	counts.kept = 1;
}

NOINLINE static void step(int n)
{
	if (*holder != (void *)&counts)
		printf("BAD holder\n");
	counts.total++;
#ifdef NEW
	counts.fresh++;
#endif
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

/*
 * A variable of a structure type would be converted; there is another one on the heap, which only casts
 * know as such.
 *
 * before: total=\d+ n=\d+
 * expect: refuse
 * reason: the layout of 'struct counts' 
 */
#include "counts.h"

static void *memory;

NOINLINE static void set_up(void)
{
	memory = calloc(1 + opaque(0), sizeof(struct counts));
	((struct counts *)memory)->kept = 7;
}

NOINLINE static void step(int n)
{
	if (((struct counts *)memory)->kept != 7)
		printf("BAD kept\n");
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

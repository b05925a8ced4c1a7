/*
 * A structure type that changed is one of parameters and of a variable; another object of it is on the heap,
 * known as memory without a type.
 *
 * before: total=\d+ n=\d+
 * expect: refuse
 * reason: the layout of 'struct counts' 
 */
#include "counts.h"

static void *memory;

NOINLINE static void add(struct counts *to)
{
	to->total++;
#ifdef NEW
	to->fresh++;
#endif
}

NOINLINE static void set_up(void)
{
	memory = calloc(1 + opaque(0), sizeof(struct counts));
}

int main(void)
{
	begin();
	set_up();
	for (int n = 0;; n++) {
		add(&counts);
		add(memory);
		printf("total=%ld n=%d\n", counts.total, n);
		tick();
	}
}

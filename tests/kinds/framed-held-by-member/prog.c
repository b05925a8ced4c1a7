/*
 * A structure type that changed is one of parameters and of a variable; a member of another structure points
 * to more of them, in memory of a size that is computed.
 *
 * before: total=\d+ n=\d+
 * expect: refuse
 * reason: the layout of 'struct counts' 
 */
#include "support.h"

struct counts {
#ifdef NEW
	long fresh;
#endif
	long total;
	long kept;
};

struct holder {
	struct counts *all;
};

static struct counts counts;
static struct holder holder;

NOINLINE static void add(struct counts *to)
{
	to->total++;
#ifdef NEW
	to->fresh++;
#endif
}

NOINLINE static void set_up(void)
{
	holder.all = calloc((size_t)opaque(3) * sizeof(struct counts), 1);
}

int main(void)
{
	begin();
	set_up();
	for (int n = 0;; n++) {
		add(&counts);
		add(&holder.all[opaque(2)]);
		printf("total=%ld n=%d\n", counts.total + holder.all[opaque(2)].total, n);
		tick();
	}
}

/*
 * An object of a structure type that changed is in the frame of main, which never returns.
 *
 * before: total=\d+ n=\d+
 * expect: refuse
 * reason: it has or points to objects of a type whose layout changed
 */
#include "support.h"

struct counts {
#ifdef NEW
	long fresh;
#endif
	long total;
	char pad[40];
};

NOINLINE static void add(struct counts *to)
{
	to->total++;
#ifdef NEW
	to->fresh++;
#endif
}

int main(void)
{
	struct counts counts = { 0 };

	begin();
	for (int n = 0;; n++) {
		add(&counts);
		printf("total=%ld n=%d\n", counts.total, n);
		tick();
	}
}

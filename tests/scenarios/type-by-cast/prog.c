/*
 * A structure that no variable has, and that is reached by a cast alone, gains a member.
 *
 * before: old id=1 n=\d+
 * expect: refuse
 * reason: layout of 'struct context' .* member 'since' is new
 */
#include "support.h"

struct context {
#ifdef NEW
	long since;
#endif
	long id;
};

static void *kept;

NOINLINE static void step(int n)
{
#ifdef NEW
	((struct context *)kept)->since++;
#endif
	printf(((struct context *)kept)->id == 1 ? "old id=1 n=%d\n" : "BAD id n=%d\n", n);
}

int main(void)
{
	begin();
	kept = calloc(2, sizeof(struct context));
	((struct context *)kept)->id = 1;
	for (int n = 0;; n++) {
		step(n);
		tick();
	}
}

/*
 * A structure without a name, whose objects are on the heap, changes its members' order.
 *
 * before: old id=1 n=\d+
 * expect: refuse
 * reason: variable 'kept' .* changed its type
 */
#include "support.h"

static struct {
#ifdef NEW
	long since, id;
#else
	long id, since;
#endif
} * kept;

NOINLINE static void step(int n)
{
	kept->since = 2;
	printf(kept->id == 1 ? "old id=1 n=%d\n" : "BAD id n=%d\n", n);
#ifdef NEW
	kept->since++;
#endif
}

int main(void)
{
	begin();
	kept = (void *)opaque((long)calloc(1, sizeof(*kept)));
	kept->id = 1;
	for (int n = 0;; n++) {
		step(n);
		tick();
	}
}

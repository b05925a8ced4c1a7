/*
 * A structure that is declared in a function, and whose objects are on the heap, gains a member.
 *
 * before: old id=1 n=\d+
 * expect: refuse
 * reason: layout of 'struct context' .* member 'since' is new
 */
#include "support.h"

static void *kept;

NOINLINE static void step(int n)
{
	if (opaque(n) >= 0) {
		struct context {
#ifdef NEW
			long since;
#endif
			long id;
		} *context = kept;

		if (!context) {
			context = kept = calloc(1, sizeof(*context));
			context->id = 1;
		}
#ifdef NEW
		context->since++;
#endif
		printf(context->id == 1 ? "old id=1 n=%d\n" : "BAD id n=%d\n", n);
	}
}

int main(void)
{
	begin();
	for (int n = 0;; n++) {
		step(n);
		tick();
	}
}

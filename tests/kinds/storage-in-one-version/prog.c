/*
 * What a variable points to, which is allocated once, is no object in the old version: clang found that
 * it is not needed. The new version needs it.
 *
 * before: old n=\d+
 * expect: refuse
 * reason: has no storage of its own in the old version
 * compilers: clang
 */
#include "support.h"

#include <stdlib.h>

struct record {
	long since, id;
};

static struct record *kept;

NOINLINE static void step(int n)
{
#ifdef NEW
	kept->since++;
	printf(kept->id == 1 ? "BAD new n=%d\n" : "BAD id n=%d\n", n);
#else
	printf(kept->id == 1 ? "old n=%d\n" : "BAD n=%d\n", n);
#endif
}

int main(void)
{
	begin();
	kept = malloc(sizeof(*kept));
	kept->id = 1;
	kept->since = 0;
	for (int n = 0;; n++) {
		step(n);
		tick();
	}
}

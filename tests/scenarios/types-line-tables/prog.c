/*
 * A structure changes, and the program has line tables only.
 *
 * before: old id=1 n=\d+
 * expect: refuse
 * reason: the types of its unit are not known: it has line tables only
 * cflags: -g1
 */
#include "support.h"

struct record {
#ifdef NEW
	long since;
#endif
	long id;
};

static void *kept;

NOINLINE static void step(int n)
{
	struct record *record = kept;

#ifdef NEW
	record->since++;
#endif
	printf(record->id == 1 ? "old id=1 n=%d\n" : "BAD id n=%d\n", n);
}

int main(void)
{
	begin();
	kept = calloc(2, sizeof(struct record));
	((struct record *)kept)->id = 1;
	for (int n = 0;; n++) {
		step(n);
		tick();
	}
}

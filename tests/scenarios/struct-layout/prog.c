/*
 * A structure of a live global changes its layout: this must be refused.
 *
 * before: old id=1 n=\d+
 * sequence: \bn=(\d+)
 * expect: refuse
 * reason: layout|type|struct|size
 */
#include "support.h"

struct record {
#ifdef NEW
	long since;
#endif
	int id;
	char name[12];
};

static struct record *records[4];

NOINLINE static void step(int n)
{
	struct record *record = records[opaque(0)];

#ifdef NEW
	printf("BAD new id=%d since=%ld n=%d\n", record->id, record->since, n);
#else
	printf("old id=%d n=%d\n", record->id, n);
#endif
}

int main(void)
{
	begin();
	records[0] = calloc(1, sizeof(struct record));
	records[0]->id = 1;
	for (int n = 0;; n++) {
		step(n);
		tick();
	}
}

/*
 * The heap has room for as many things as the enumeration had.
 *
 * before: 1 0
 * expect: refuse
 * reason: enumerator 'KINDS' .*memory is allocated for another number|variable 'counts.body'
 */
#include "support.h"

enum kind {
	GET,
	PUT,
#ifdef NEW
	LIST,
	DELETE,
#endif
	KINDS
};

struct statistics {
	long *counts;
};

static struct statistics *statistics;

NOINLINE static void set_up(void)
{
	statistics = malloc(sizeof(*statistics));
	statistics->counts = calloc(KINDS, sizeof(*statistics->counts));
}

NOINLINE static void count(enum kind kind)
{
	statistics->counts[kind] = 1;
}

int main(void)
{
	set_up();
	begin();
	for (;;) {
#ifdef NEW
		count(DELETE);
#endif
		count((enum kind)opaque(GET));
		printf("%ld %ld\n", statistics->counts[GET], statistics->counts[PUT]);
		tick();
	}
}

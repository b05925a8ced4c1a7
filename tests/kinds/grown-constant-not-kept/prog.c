/*
 * A function returns the address of an entry, and its caller uses it and does not keep it.
 *
 * before: last 2
 * after: last 2 of 3
 */
#include "support.h"

struct row {
	const char *name;
	int cost;
};

static const struct row rows[] = {
	{ "one", 1 },
#ifdef NEW
	{ "two", 22 },
#endif
	{ "last", 2 },
};

NOINLINE static const struct row *find(int cost)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		if (rows[i].cost % 20 == cost && rows[i].cost < 20)
			return &rows[i];
	}
	return NULL;
}

NOINLINE static void show(const struct row *row)
{
#ifdef NEW
	printf("%s %d of %d\n", row->name, row->cost, (int)(sizeof(rows) / sizeof(*rows)));
#else
	printf("%s %d\n", row->name, row->cost);
#endif
}

int main(void)
{
	begin();
	for (;;) {
		show(find((int)opaque(2)));
		tick();
	}
}

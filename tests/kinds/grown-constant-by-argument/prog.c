/*
 * The address is handed on as an argument, and kept by who is given it.
 *
 * before: last 2 1
 * expect: refuse
 * reason: 'rows' gets another place, and its address is held|computed once where
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
	{ "three", 3 },
#endif
	{ "last", 2 },
};

NOINLINE static const struct row *find(int cost)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		if (rows[i].cost % 20 == cost)
			return &rows[i];
	}
	return NULL;
}

static const struct row **kept;

NOINLINE static void keep(const struct row *row)
{
	*kept = row;
}

int main(void)
{
	kept = malloc(sizeof(*kept));
	begin();
	keep(&rows[opaque(1)]);
	for (;;) {
		printf("%s %d %d\n", (*kept)->name, (*kept)->cost, (int)(*kept - rows));
		tick();
	}
}

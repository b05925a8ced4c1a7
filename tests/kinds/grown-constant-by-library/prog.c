/*
 * The C library keeps the address for a thread.
 *
 * before: last 2 same
 * expect: refuse
 * reason: 'rows' gets another place, and its address is held|computed once where
 */
#include <pthread.h>

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

int main(void)
{
	pthread_key_t key;

	begin();
	pthread_key_create(&key, NULL);
	pthread_setspecific(key, &rows[opaque(1)]);
	for (;;) {
		const struct row *row = pthread_getspecific(key);

		printf("%s %d %s\n", row->name, row->cost,
		       row == find((int)opaque(2)) ? "same" : "other");
		tick();
	}
}

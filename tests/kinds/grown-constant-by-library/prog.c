/*
 * The C library keeps the address for a thread.
 *
 * before: last 2 same
 * expect: refuse
 * reason: 'rows' gets another place, and its address is held|computed once where
 */
#include <pthread.h>

#include "rows.h"

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

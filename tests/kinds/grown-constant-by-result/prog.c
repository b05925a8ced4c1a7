/*
 * A function returns the address of an entry, and its caller keeps that on the heap.
 *
 * before: last 2 same
 * expect: refuse
 * reason: 'rows' gets another place, and its address is held|computed once where
 */
#include "rows.h"

struct connection {
	const struct row *row;
};

int main(void)
{
	struct connection *connection = malloc(sizeof(*connection));

	begin();
	connection->row = find((int)opaque(2));
	for (;;) {
		const struct row *row = find((int)opaque(2));

		printf("%s %d %s\n", connection->row->name, connection->row->cost,
		       row == connection->row ? "same" : "other");
		tick();
	}
}

/*
 * An object on the heap points to a constant that gets one more member: it would stay with the old
 * one, which is too short for the new code.
 *
 * before: limit 10 n=\d+
 * expect: refuse
 * reason: constant 'limits' .*its old address is kept: prog.c:\d+
 */
#include "support.h"

#ifdef NEW
static const long limits[] = { 10, 20, 30 };
#else
static const long limits[] = { 10, 20 };
#endif

struct connection {
	const long *limits;
};

NOINLINE static void open_connection(struct connection *connection)
{
	connection->limits = limits;
}

int main(void)
{
	struct connection *connection = malloc(sizeof(*connection));

	begin();
	open_connection(connection);
	for (int n = 0;; n++) {
		if (connection->limits[opaque(0)] != limits[opaque(0)] ||
		    limits[sizeof(limits) / sizeof(limits[0]) - 1 - opaque(0)] < 20)
			printf("BAD\n");
		printf("limit %ld n=%d\n", connection->limits[opaque(0)], n);
		tick();
	}
}

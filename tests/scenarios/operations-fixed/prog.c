/*
 * Connections point to a constant table of operations, and the new version puts another function
 * into it, and one of libc: connections of before and new ones have the same table, and the fix.
 *
 * before: before=plain 3 after=plain 3 same n=\d+
 * after: before=checked 2 after=checked 2 same n=\d+
 * sequence: \bn=(\d+)
 */
#include "support.h"

struct connection;

struct operations {
	const char *(*read)(struct connection *);
	void (*close)(struct connection *);
	size_t (*measure)(const char *);
};

struct connection {
	const struct operations *operations;
	const char *text;
};

static const char *read_plain(struct connection *connection)
{
	return opaque(connection != NULL) ? "plain" : NULL;
}

static void close_plain(struct connection *connection)
{
	connection->text = NULL;
}

#ifdef NEW
static const char *read_checked(struct connection *connection)
{
	return connection->text ? "checked" : NULL;
}

static size_t measure(const char *text)
{
	return strlen(text) - 1;
}

static const struct operations operations = { read_checked, close_plain, measure };
#else
static const struct operations operations = { read_plain, close_plain, strlen };
#endif

NOINLINE static struct connection *open_connection(void)
{
	struct connection *connection = calloc(1, sizeof(*connection));

	connection->operations = &operations;
	connection->text = "abc";
	return connection;
}

int main(void)
{
	begin();
	struct connection *before = open_connection();
	for (int n = 0;; n++) {
		struct connection *after = open_connection();

		printf("before=%s %zu after=%s %zu %s n=%d\n", before->operations->read(before),
		       before->operations->measure(before->text), after->operations->read(after),
		       after->operations->measure(after->text),
		       before->operations == after->operations ? "same" : "BAD", n);
		after->operations->close(after);
		free(after);
		tick();
	}
}

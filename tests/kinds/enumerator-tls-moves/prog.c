/*
 * The last enumerator only looks like a plural.
 *
 * before: old last
 * expect: refuse
 * reason: enumerator 'TLS' .* was 2 and is 3
 */
#include "support.h"

enum transport {
	IDLE,
	BUSY,
#ifdef NEW
	WAITING,
#endif
	TLS
};

struct conn {
	enum transport state;
};

NOINLINE static const char *name_of(const struct conn *conn)
{
	switch (conn->state) {
	case IDLE:
		return "idle";
	case BUSY:
		return "busy";
#ifdef NEW
	case WAITING:
		return "waiting";
#endif
	case TLS:
		return "last";
	}
	return "?";
}

int main(void)
{
	struct conn *conn = malloc(sizeof(*conn));

	begin();
	conn->state = TLS;
	for (;;) {
#ifdef NEW
		printf("new %s\n", name_of(conn));
#else
		printf("old %s\n", name_of(conn));
#endif
		tick();
	}
}

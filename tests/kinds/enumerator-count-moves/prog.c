/*
 * The last enumerator is a count by its name, and moves.
 *
 * before: old busy
 * after: new busy
 */
#include "support.h"

enum state {
	IDLE,
	BUSY,
#ifdef NEW
	WAITING,
#endif
	NUM_STATES
};

struct conn {
	enum state state;
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
	case NUM_STATES:
		return "last";
	}
	return "?";
}

int main(void)
{
	struct conn *conn = malloc(sizeof(*conn));

	begin();
	conn->state = BUSY;
	for (;;) {
#ifdef NEW
		printf("new %s\n", name_of(conn));
#else
		printf("old %s\n", name_of(conn));
#endif
		tick();
	}
}

/*
 * The last enumerator is a state like the others, and data holds it.
 *
 * before: old last
 * expect: refuse
 * reason: enumerator 'DONE' .* was 2 and is 3
 */
#include "support.h"

enum state {
	IDLE,
	BUSY,
#ifdef NEW
	WAITING,
#endif
	DONE
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
	case DONE:
		return "last";
	}
	return "?";
}

int main(void)
{
	struct conn *conn = malloc(sizeof(*conn));

	begin();
	conn->state = DONE;
	for (;;) {
#ifdef NEW
		printf("new %s\n", name_of(conn));
#else
		printf("old %s\n", name_of(conn));
#endif
		tick();
	}
}

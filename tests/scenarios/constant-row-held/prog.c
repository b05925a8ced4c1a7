/*
 * Objects on the heap point into a constant table, the code takes indexes of such pointers, and a
 * row of the table changes: old pointers and new code see one table, with the new row.
 *
 * before: idle=1 busy=2 done=4 index ok n=\d+
 * after: idle=1 busy=3 done=4 index ok n=\d+
 * sequence: \bn=(\d+)
 */
#include "support.h"

struct state {
	const char *name;
	int weight;
};

static const struct state states[] = {
	{ "idle", 1 },
#ifdef NEW
	{ "busy", 3 },
#else
	{ "busy", 2 },
#endif
	{ "done", 4 },
};

struct session {
	const struct state *state;
};

NOINLINE static long index_of(const struct session *session)
{
	return session->state - states;
}

NOINLINE static void report(struct session *const *sessions, int n)
{
	for (int i = 0; i < 3; i++)
		printf("%s=%d ", sessions[i]->state->name, sessions[i]->state->weight);
	for (int i = 0; i < 3; i++) {
		if (index_of(sessions[i]) != i)
			printf("BAD index %ld ", index_of(sessions[i]));
	}
	printf("index ok n=%d\n", n);
}

int main(void)
{
	struct session *sessions[3];

	begin();
	for (int i = 0; i < 3; i++) {
		sessions[i] = malloc(sizeof(*sessions[i]));
		sessions[i]->state = (const struct state *)opaque((long)&states[i]);
	}
	for (int n = 0;; n++) {
		report(sessions, n);
		tick();
	}
}

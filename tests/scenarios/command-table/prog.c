/*
 * A constant table of names and handlers gains a command; the loop that reads it never returns.
 *
 * before: get set unknown n=\d+
 * after: get set incr n=\d+
 * sequence: \bn=(\d+)
 */
#include "support.h"

struct command {
	const char *name;
	void (*run)(void);
};

static void run_get(void)
{
	printf("get ");
}

static void run_set(void)
{
	printf("set ");
}

#ifdef NEW
static void run_incr(void)
{
	printf("incr");
}
#endif

static const struct command commands[] = {
	{ "get", run_get },
	{ "set", run_set },
#ifdef NEW
	{ "incr", run_incr },
#endif
};

NOINLINE static void dispatch(const char *name)
{
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		if (strcmp(commands[i].name, name) == 0) {
			commands[i].run();
			return;
		}
	}
	printf("unknown");
}

int main(void)
{
	begin();
	for (int n = 0;; n++) {
		dispatch("get");
		dispatch("set");
		dispatch("incr");
		printf(" n=%d\n", n);
		tick();
	}
}

/*
 * Tables that nobody writes to change their size, though they are variables: options with places of
 * variables, commands, names, a buffer that was never used; one table becomes a constant, another a
 * variable that is written to.
 *
 * before: old port=80 get set unknown n=\d+
 * after: new port=80 user=7 get put set n=\d+
 * sequence: \bn=(\d+)
 */
#include "support.h"

struct option {
	const char *name;
	int *place;
};

struct command {
	const char *name;
	void (*run)(void);
};

static int port;
#ifdef NEW
static int user = 7;
#endif

static struct option options[] = {
#ifdef NEW
	{ "user", &user },
#endif
	{ "port", &port },
};

static void run_get(void)
{
	printf(" get");
}

static void run_set(void)
{
	printf(" set");
}

#ifdef NEW
static void run_put(void)
{
	printf(" put");
}
#endif

static struct command commands[] = {
	{ "get", run_get },
#ifdef NEW
	{ "put", run_put },
#endif
	{ "set", run_set },
};

#ifdef NEW
static char *names[] = { "new", "fresh", NULL };
static char unused[200];
static const int limits[] = { 1, 2 };
static int levels[] = { 3, 4 };
#else
static char *names[] = { "old", NULL };
static char unused[100];
static int limits[] = { 1, 2 };
static const int levels[] = { 3, 4 };
#endif

/* One behind the other, each ended by an empty entry. */
static struct option first[] = {
	{ "one", &port },
#ifdef NEW
	{ "more", &port },
#endif
	{ NULL, NULL },
};

static struct option second[] = {
	{ "next", &port },
	{ NULL, NULL },
};

NOINLINE static int *place_in_both(char letter)
{
	for (const struct option *at = first; at->name; at++)
		if (*at->name == letter)
			return at->place;
	for (const struct option *at = second; at->name; at++)
		if (*at->name == letter)
			return at->place;
	return NULL;
}

NOINLINE static int *place_of(const char *name)
{
	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++)
		if (strcmp(options[i + opaque(0)].name, name) == 0)
			return options[i].place;
	return NULL;
}

NOINLINE static void dispatch(const char *name)
{
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		if (strcmp(commands[i].name, name) == 0) {
			commands[i].run();
			return;
		}
	}
	printf(" unknown");
}

NOINLINE static int sum_of_limits(void)
{
	return limits[opaque(0)] + limits[opaque(1)];
}

NOINLINE static int last_level(void)
{
#ifdef NEW
	levels[opaque(0)]++;
	levels[opaque(0)]--;
#endif
	return levels[opaque(1)];
}

NOINLINE static void look_at_unused(void)
{
	if (unused[opaque(sizeof(unused) - 10)])
		printf("BAD buffer\n");
}

int main(void)
{
	begin();
	*place_of("port") = 80;
	for (int n = 0;; n++) {
		printf("%s port=%d", names[opaque(0)], *place_of("port"));
#ifdef NEW
		printf(" user=%d", *place_of("user"));
#endif
		dispatch("get");
#ifdef NEW
		dispatch("put");
#endif
		dispatch("set");
#ifndef NEW
		dispatch("put");
#endif
		look_at_unused();
		if (place_in_both('o') != &port || place_in_both('n') != &port ||
		    place_in_both('x'))
			printf("BAD place\n");
		if (sum_of_limits() + last_level() != 7)
			printf("BAD sum\n");
		printf(" n=%d\n", n);
		tick();
	}
}

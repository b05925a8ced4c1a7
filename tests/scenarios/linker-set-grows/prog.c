/*
 * Commands register themselves between __start_commands and __stop_commands; there is one more.
 *
 * before: old 2 4
 * expect: refuse
 * reason: the entries of section 'commands', .* changed
 */
#ifndef ONE
#define ONE 1
#ifdef NEW
#define MORE
#endif
#endif
#include "support.h"

struct command {
	const char *name;
	int (*run)(int);
};

#define COMMAND(f)                                                                                 \
	static const struct command *const reg_##f __attribute__((used, section("commands"))) =    \
		&(const struct command)                                                            \
	{                                                                                          \
#f, f                                                                              \
	}

extern const struct command *const __start_commands[], *const __stop_commands[];

NOINLINE static int add(int x)
{
	return x + ONE;
}
COMMAND(add);

NOINLINE static int twice(int x)
{
	return x * 2;
}
COMMAND(twice);
#ifdef MORE
NOINLINE static int square(int x)
{
	return x * x;
}
COMMAND(square);
#endif

NOINLINE static int find_and_run(const char *name, int x)
{
	for (const struct command *const *c = __start_commands; c < __stop_commands; c++) {
		if (strcmp((*c)->name, name) == 0)
			return (*c)->run(x);
	}
	return -1;
}

int main(void)
{
	begin();
	for (;;) {
#ifdef NEW
		printf("new %d %d\n", find_and_run("add", 1), find_and_run("twice", 2));
#else
		printf("old %d %d\n", find_and_run("add", 1), find_and_run("twice", 2));
#endif
		tick();
	}
}

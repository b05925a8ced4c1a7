/*
 * A table of assembly, `names`, that has texts as distances from its own start.
 */
#ifndef SCENARIO_NAMES_H
#define SCENARIO_NAMES_H

#include "support.h"

struct entry {
	int key, name;
};
extern const struct entry names[];

NOINLINE static const char *name(int key)
{
	for (int i = 0; i < 3; i++) {
		if (names[i].key == key)
			return (const char *)names + names[i].name;
	}
	return "?";
}

/* Says the three names, for ever. */
static inline void say_names(void)
{
	begin();
	for (;;) {
		int first = (int)opaque(1);

		printf("%s %s %s\n", name(first), name(first + 1), name(first + 2));
		tick();
	}
}

#endif

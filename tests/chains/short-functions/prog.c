/*
 * Functions of a few bytes, without room for a jump at low levels of padding: changed in one
 * version and not in another, called directly and by pointer.
 *
 * versions: 4
 * lines: v{V} n=\d+ {V}
 * sequence: \bn=(\d+)
 */
#include "support.h"

static volatile int state;

NOINLINE static int one(void)
{
	return VERSION >= 2 ? 11 : 1;
}

NOINLINE static int two(void)
{
	return VERSION >= 3 ? 22 : 2;
}

NOINLINE static void nothing(void)
{
#if VERSION == 3
	state = 3;
#endif
}

NOINLINE static int both(void)
{
	nothing();
	return one() + two() + (int)opaque(VERSION == 4);
}

NOINLINE static int version(int sum)
{
	switch (sum) {
	case 3:
		return 1;
	case 13:
		return 2;
	case 33:
		return 3;
	case 34:
		return 4;
	}
	return -1;
}

int main(void)
{
	begin();
	for (int n = 0;; n++) {
		tick();
		printf("v%d n=%d %d\n", VERSION, n, version(both()));
		if (opaque(state) > 3)
			printf("BAD state\n");
	}
}

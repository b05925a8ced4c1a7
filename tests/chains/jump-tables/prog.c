/*
 * A switch with a jump table in a function that waits in one of the cases, with a case more in each
 * version; another one that only version 3 changes.
 *
 * versions: 4
 * lines: v{V} n=\d+ kind=\d+ \w+
 * sequence: \bn=(\d+)
 */
#include "support.h"

NOINLINE static const char *name(int kind)
{
	switch (opaque(kind)) {
	case 0:
		tick();
		return "zero";
	case 1:
		return opaque(1) ? "one" : "BAD";
	case 2:
		return opaque(2) ? "two" : "BAD";
	case 3:
		tick();
		return opaque(3) ? "three" : "BAD";
	case 4:
		return opaque(4) ? "four" : "BAD";
#if VERSION >= 2
	case 5:
		return opaque(5) ? "five" : "BAD";
#endif
#if VERSION >= 3
	case 6:
		tick();
		return "six";
#endif
#if VERSION >= 4
	case 7:
		return opaque(7) ? "seven" : "BAD";
#endif
	default:
		return VERSION >= 4 ? "BAD" : "none";
	}
}

NOINLINE static int count(int kind)
{
	static int counts[8];

	switch (opaque(kind)) {
	case 0:
		return ++counts[0];
	case 1:
		return ++counts[1] + (int)opaque(0);
	case 2:
		counts[2] += 2;
		return counts[2];
	case 3:
		tick();
		return ++counts[3];
	case 4:
		return opaque(4) ? ++counts[4] : 0;
	case 5:
		return VERSION == 3 ? (counts[5] += 2) + (int)opaque(1) : ++counts[5];
	default:
		return (int)opaque(-1);
	}
}

int main(void)
{
	begin();
	for (int n = 0;; n++) {
		const char *text = name(n % 8);

		if (!count(n % 8))
			printf("BAD count\n");
		printf("v%d n=%d kind=%d %s\n", VERSION, n, n % 8, text);
		tick();
	}
}

/*
 * Function pointers taken in any version compare equal to those of all others, and lead to the
 * newest code: of a function that is there from the start, and of one that version 2 adds.
 *
 * versions: 5
 * lines: v{V} old={V} n=\d+ .*
 * v3: v3 old=3 n=\d+ new=3 same
 * v4: v4 old=4 n=\d+ new=4 same
 * v5: v5 old=5 n=\d+ new=5 same
 * sequence: \bn=(\d+)
 */
#include "support.h"

typedef int handler(int);

static handler *volatile first_old, *volatile first_new;
handler *volatile table[2];

NOINLINE static int old_handler(int n)
{
	return opaque(n) >= 0 ? VERSION : 0;
}

#if VERSION >= 2
NOINLINE static int new_handler(int n)
{
	return opaque(n) >= -1 ? VERSION : -1;
}
#endif

/* Left alone by all versions: it goes on calling what it has. */
NOINLINE static int call(handler *function, int n)
{
	return function(n) + (int)opaque(0);
}

NOINLINE static void report(int n)
{
	if (!first_old)
		first_old = old_handler;
	table[0] = old_handler;
	if (table[0] != first_old)
		printf("BAD old pointer\n");
	printf("v%d old=%d n=%d", VERSION, call(first_old, n), n);
#if VERSION >= 2
	if (!first_new)
		first_new = new_handler;
	table[1] = new_handler;
	printf(" new=%d %s", call(first_new, n), table[1] == first_new ? "same" : "BAD");
#endif
	printf("%s\n", VERSION == 1 ? " ." : "");
}

int main(void)
{
	begin();
	for (int n = 0;; n++) {
		tick();
		report(n);
	}
}

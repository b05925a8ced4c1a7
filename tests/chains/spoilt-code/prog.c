/*
 * Code that was changed by someone else is found out before it is overwritten: where all versions
 * so far have left it alone, by what its references lead to, and where an earlier patch has put it.
 *
 * versions: 3
 * lines: v{V} n=\d+
 * steps: 2 spoil:left 3!not.that.of.the.build restore spoil:1:2:moved 3!not.that.of.the.build
 * steps: restore 3 revert revert
 * sequence: \bn=(\d+)
 */
#include "support.h"

/* Never called, but the compiler does not know. */
NOINLINE static long left(long n)
{
	return opaque(n) + (VERSION >= 3 ? 3 : 0);
}

NOINLINE static long moved(long n)
{
	return opaque(n) + VERSION;
}

int main(void)
{
	begin();
	for (int n = 0;; n++) {
		tick();
		printf("v%d n=%d\n", VERSION, n);
		if (opaque(n) < 0)
			printf("BAD %ld %ld\n", left(n), moved(n));
	}
}

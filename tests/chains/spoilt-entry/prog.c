/*
 * Someone else has changed the jump that an earlier update has put at the entry of a function, so
 * that pointers to it would not lead to the newest version. That is found out before anything is
 * written, on the way there and on the way back.
 *
 * versions: 3
 * lines: v{V} n=\d+
 * steps: 2 spoil-entry:redirected 3!does.not.lead.to.the.version
 * steps: revert!does.not.lead.to.the.version|not.that.of.the.build|what.the.update.left
 * steps: restore 3 revert revert
 * sequence: \bn=(\d+)
 */
#include "support.h"

/* Never called, but the compiler does not know. */
NOINLINE static long redirected(long n)
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
			printf("BAD %ld\n", redirected(n));
	}
}

/*
 * New code reads a libc variable that the old program does not import.
 *
 * before: old n=\d+
 * after: new name=1 n=\d+
 * sequence: \bn=(\d+)
 */
#include "support.h"

#include <errno.h>

NOINLINE static void report(int n)
{
#ifdef NEW
	printf("new name=%d n=%d\n", program_invocation_short_name[0] != '\0', n);
#else
	printf("old n=%d\n", n);
#endif
}

int main(void)
{
	begin();
	for (int n = 0;; n++) {
		report(n);
		tick();
	}
}

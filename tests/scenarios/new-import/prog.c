/*
 * New code calls a libc function that the old program does not import.
 *
 * before: old n=\d+
 * after: new day=1 n=\d+
 * sequence: \bn=(\d+)
 */
#include "support.h"

#include <time.h>

NOINLINE static void report(int n)
{
#ifdef NEW
	struct tm tm;
	time_t when = opaque(0);

	gmtime_r(&when, &tm);
	printf("new day=%d n=%d\n", tm.tm_mday, n);
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

/*
 * A variable that version 2 adds keeps its value in version 3, which leaves the code that counts it
 * alone; version 4 removes it, and version 5 has it again, as a new one.
 *
 * versions: 5
 * lines: v{V} n=\d+ .*
 * v2: v2 n=\d+ added=\d+
 * v3: v3 n=\d+ added=\d+ more=ok
 * v5: v5 n=\d+ added=\d+ more=ok
 * sequence: \bn=(\d+)
 * sequence: v[23] n=\d+ added=(\d+)
 * sequence: v5 n=\d+ added=(\d+)
 */
#include "support.h"

static int n;

#if VERSION == 2 || VERSION == 3 || VERSION == 5
long added = 1000;
int unused_before_v3 = 33;

NOINLINE static void count_added(void)
{
	added += opaque(1);
}
#endif
#if VERSION == 3 || VERSION == 5
static long more[10];
#endif

NOINLINE static void report(void)
{
	printf("v%d n=%d ", VERSION, n);
#if VERSION == 2 || VERSION == 3 || VERSION == 5
	if (VERSION == 5 ? added > 1300 : added > 5000)
		printf("BAD start");
	printf("added=%ld", added);
#endif
#if VERSION == 3 || VERSION == 5
	more[n % 10]++;
	if (unused_before_v3 != 33)
		printf("BAD");
	printf(" more=%s", more[n % 10] > 0 ? "ok" : "BAD");
#endif
	printf("%s\n", VERSION == 1 || VERSION == 4 ? "." : "");
}

int main(void)
{
	begin();
	for (;; n++) {
		tick();
#if VERSION == 2 || VERSION == 3 || VERSION == 5
		count_added();
#endif
		report();
	}
}

/*
 * Each version calls a function of the library that none before it did, and goes on calling those
 * of the versions before.
 *
 * versions: 5
 * lines: v{V} n=\d+ .*\.
 * sequence: \bn=(\d+)
 */
#include "support.h"

#include <ctype.h>
#include <unistd.h>

NOINLINE static void report(int n)
{
	printf("v%d n=%d ", VERSION, n);
#if VERSION >= 2
	printf("%s ", getppid() > 0 ? "parent" : "BAD");
#endif
#if VERSION >= 3
	printf("%s ", toupper((int)opaque('x')) == 'X' ? "upper" : "BAD");
#endif
#if VERSION >= 4
	char *copy = strdup(VERSION > 4 ? "five" : "four");
	printf("%s ", copy);
	free(copy);
#endif
#if VERSION >= 5
	int (*volatile pointer)(const char *) = atoi;
	printf("%s ", pointer("55") == 55 ? "number" : "BAD");
#endif
	printf(".\n");
}

int main(void)
{
	begin();
	for (int n = 0;; n++) {
		tick();
		report(n);
	}
}

/*
 * New code calls libc functions that are IFUNCs and that the old program does not import.
 *
 * before: old n=\d+
 * after: new found=2 length=5 n=\d+
 * sequence: \bn=(\d+)
 */
#include "support.h"

static char text[] = "hello";

NOINLINE static void report(int n)
{
#ifdef NEW
	const char *where = memchr(text, (int)opaque('l'), sizeof(text));

	printf("new found=%d length=%d n=%d\n", (int)(where - text),
	       (int)strnlen(text, (size_t)opaque(99)), n);
#else
	printf("old %sn=%d\n", opaque(0) ? text : "", n);
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

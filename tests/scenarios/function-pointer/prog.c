/*
 * A pointer to a changed function was stored before the update; it still compares equal to the
 * function's address as taken by new code, and calls the new code.
 *
 * before: old call=1 same=1 n=\d+
 * after: new call=2 same=1 n=\d+
 * sequence: \bn=(\d+)
 */
#include "support.h"

typedef int callback(void);

static callback *stored;

NOINLINE int handler(void)
{
#ifdef NEW
	return (int)opaque(2);
#else
	return (int)opaque(1);
#endif
}

NOINLINE static void report(int n)
{
	callback *own = (callback *)opaque((long)handler);

#ifdef NEW
	printf("new call=%d same=%d n=%d\n", stored(), stored == own, n);
#else
	printf("old call=%d same=%d n=%d\n", stored(), stored == own, n);
#endif
}

int main(void)
{
	begin();
	stored = handler;
	for (int n = 0;; n++) {
		report(n);
		tick();
	}
}

/*
 * Two functions change, and one of them is excluded: it stays as it is, called by the new one.
 *
 * spec: update.spec
 * before: old n=\d+ digit=old
 * after: new n=\d+ digit=(old|new)
 * sequence: \bn=(\d+)
 */
#include "support.h"

int started_old;

NOINLINE const char *digit(int n)
{
#ifdef NEW
	if (started_old)
		printf("BAD the excluded function was changed, n=%d\n", n);
	return n < 0 ? "none" : "new";
#else
	started_old = 1;
	return n < 0 ? "none" : "old";
#endif
}

NOINLINE void show(int n)
{
#ifdef NEW
	printf("new n=%d digit=%s\n", n, digit(n));
#else
	printf("old n=%d digit=%s\n", n, digit(n));
#endif
}

int main(void)
{
	begin();
	for (int n = 0;; n++) {
		tick();
		show(n);
	}
}

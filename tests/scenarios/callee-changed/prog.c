/*
 * An endless loop waits in a function that the new version calls no more, but another one instead.
 *
 * before: old value=\d+ n=\d+
 * after: new value=\d+ n=\d+
 * sequence: \bn=(\d+)
 */
#include "support.h"

NOINLINE int fetch(int n)
{
	tick();
	return n + 1;
}

NOINLINE int fetch_all(int n)
{
	tick();
	tick();
	return n + 1;
}

int main(void)
{
	int value = 0;

	begin();
	for (int n = 0;; n++) {
#ifdef NEW
		value = fetch_all(value);
		printf("new value=%d n=%d\n", value, n);
#else
		value = fetch(value);
		printf("old value=%d n=%d\n", value, n);
#endif
		if (value != n + 1)
			printf("BAD value=%d\n", value);
		if (value < 0)
			fetch_all(fetch(0));
	}
}

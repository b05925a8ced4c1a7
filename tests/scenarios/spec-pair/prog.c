/*
 * An endless loop waits in a function; the new version waits in another one with other arguments,
 * and counts in a variable that starts with what the old version cannot know: both are asserted.
 *
 * spec: update.spec
 * before: old value=\d+ n=\d+
 * after: new value=\d+ n=\d+
 * sequence: \bn=(\d+)
 */
#include "support.h"

int started_old;

NOINLINE int fetch(int value)
{
	tick();
	return value + 1;
}

NOINLINE int take(const char *from, int value)
{
	tick();
	return value + (from[0] == 'x');
}

int main(void)
{
	int value = 0;

	begin();
#ifdef NEW
	int errors = (int)opaque(3);
	for (int n = 0;; n++) {
		value = take("x", value);
		if (started_old && errors != 5)
			printf("BAD errors=%d\n", errors);
		if (value != n + 1)
			printf("BAD value=%d\n", value);
		if (value < 0)
			errors = fetch(errors);
		printf("new value=%d n=%d\n", value, n);
	}
#else
	started_old = 1;
	for (int n = 0;; n++) {
		value = fetch(value);
		if (value < 0)
			take("y", value);
		printf("old value=%d n=%d\n", value, n);
	}
#endif
}

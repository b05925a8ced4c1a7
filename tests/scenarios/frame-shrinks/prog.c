/*
 * The new version of a function that is active for ever has no buffer any more.
 *
 * before: old text=step-\d+ n=\d+
 * after: new n=\d+
 * sequence: \bn=(\d+)
 */
#include "support.h"

NOINLINE static void format(char *buffer, int n)
{
	sprintf(buffer, "step-%d", n);
}

int main(void)
{
	int n = 0;

	begin();
	for (;;) {
		tick();
#ifdef NEW
		printf("new n=%d\n", n);
#else
		char text[300];

		format(text, n);
		printf("old text=%s n=%d\n", text, n);
#endif
		n++;
	}
}

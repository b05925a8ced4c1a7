/*
 * The new version of a function that is active for ever needs a far larger frame: new buffers.
 *
 * before: old n=\d+
 * after: new text=step-\d+ same=1 n=\d+
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
		{
			char text[600], copy[600];

			format(text, n);
			format(copy, n);
			printf("new text=%s same=%d n=%d\n", text, strcmp(text, copy) == 0, n);
		}
#else
		printf("old n=%d\n", n);
#endif
		n++;
	}
}

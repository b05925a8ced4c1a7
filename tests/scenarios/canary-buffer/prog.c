/*
 * An active changed function has a character buffer and a stack protector's canary.
 *
 * before: old text=payload-\d+ n=\d+
 * after: new text=payload-\d+ n=\d+
 * sequence: \bn=(\d+)
 * cflags: -fstack-protector-all
 */
#include "support.h"

NOINLINE static void fill(char *buffer, int n)
{
	sprintf(buffer, "payload-%d", n);
	tick();
}

NOINLINE static void step(int n)
{
	char buffer[40];

	fill(buffer, n);
#ifdef NEW
	printf("new text=%s n=%d\n", buffer, n);
#else
	printf("old text=%s n=%d\n", buffer, n);
#endif
}

int main(void)
{
	begin();
	for (int n = 0;; n++)
		step(n);
}

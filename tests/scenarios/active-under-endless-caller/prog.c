/*
 * A running changed function whose caller never returns and does not change.
 *
 * before: old work=\d+ n=\d+
 * after: new work=\d+ n=\d+
 * sequence: \bn=(\d+)
 */
#include "support.h"

NOINLINE static int work(int n)
{
	int before = n * 2;

	tick();
#ifdef NEW
	printf("new work=%d n=%d\n", before + 100000, n);
#else
	printf("old work=%d n=%d\n", before, n);
#endif
	return n + 1;
}

NOINLINE static void loop(void)
{
	int n = 0;

	for (;;)
		n = work(n);
}

int main(void)
{
	begin();
	loop();
}

/*
 * A changed function that is not running when the update comes.
 *
 * before: scale=14 n=\d+
 * after: scale=22 n=\d+
 * sequence: \bn=(\d+)
 */
#include "support.h"

NOINLINE int scale(int x)
{
#ifdef NEW
	return x * 3 + 1;
#else
	return x * 2;
#endif
}

int main(void)
{
	begin();
	for (int n = 0;; n++) {
		printf("scale=%d n=%d\n", scale((int)opaque(7)), n);
		tick();
	}
}

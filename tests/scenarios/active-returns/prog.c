/*
 * A changed function that is running and returns a little later.
 *
 * before: old end sum=10 n=\d+
 * after: new end sum=20 n=\d+
 * sequence: \bn=(\d+)
 */
#include "support.h"

NOINLINE int serve(int n)
{
	int sum = 0;

	for (int i = 0; i < 5; i++) {
		tick();
#ifdef NEW
		sum += 2 * i;
#else
		sum += i;
#endif
	}
#ifdef NEW
	printf("new end sum=%d n=%d\n", sum, n);
#else
	printf("old end sum=%d n=%d\n", sum, n);
#endif
	return sum;
}

int main(void)
{
	int n = 0;

	begin();
	for (;;)
		if (serve(n++) < 0)
			return 1;
}

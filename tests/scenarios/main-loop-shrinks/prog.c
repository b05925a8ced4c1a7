/*
 * main() never returns and loses a local variable and a call.
 *
 * before: old even=\d+ n=\d+
 * after: new n=\d+
 * sequence: \bn=(\d+)
 */
#include "support.h"

int main(void)
{
	int n = 0;
#ifndef NEW
	int even = 0;
#endif

	begin();
	for (;;) {
		tick();
#ifdef NEW
		printf("new n=%d\n", n);
#else
		if (n % 2 == 0)
			even++;
		printf("old even=%d n=%d\n", even, n);
#endif
		n++;
	}
}

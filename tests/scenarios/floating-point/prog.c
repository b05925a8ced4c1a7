/*
 * Floating-point values are live in an active changed function.  clang may spill the double as the
 * 16 bytes of its register in one version only: then nothing says what the upper half is.
 *
 * either: clang-O1 clang-O2 clang-O3 clang-Os
 * before: old mean=\d+\.50 n=\d+
 * after: new mean=\d+\.50 twice=\d+\.00 n=\d+
 * sequence: \bn=(\d+)
 */
#include "support.h"

int main(void)
{
	double sum = 0;
	int n = 0;

	begin();
	for (;;) {
		sum += n + 0.5;
		tick();
		n++;
		if (sum != n * (n - 1) / 2.0 + n * 0.5)
			printf("BAD sum=%f n=%d\n", sum, n);
#ifdef NEW
		printf("new mean=%d.50 twice=%.2f n=%d\n", n, 2 * (double)(int)sum, n);
#else
		printf("old mean=%d.50 n=%d\n", n, n);
#endif
	}
}

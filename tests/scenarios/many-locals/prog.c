/*
 * An endless loop keeps more values alive than there are registers, and all are checked.
 *
 * before: old sum=\d+ n=\d+
 * after: new sum=\d+ n=\d+
 * sequence: \bn=(\d+)
 */
#include "support.h"

int main(void)
{
	long a = opaque(1), b = opaque(2), c = opaque(3), d = opaque(4), e = opaque(5);
	long f = opaque(6), g = opaque(7), h = opaque(8), i = opaque(9), j = opaque(10);

	begin();
	for (int n = 0;; n++) {
		long sum;

		tick();
		a += 1;
		c += a - n;
		e ^= 1;
		sum = a + b + c + d + e + f + g + h + i + j;
		if (a != n + 2 || b != 2 || d != 4 || e != (n % 2 ? 5 : 4) || f != 6 || g != 7 ||
		    h != 8 || i != 9 || j != 10 || c != 3 + 2L * (n + 1))
			printf("BAD a=%ld c=%ld e=%ld n=%d\n", a, c, e, n);
#ifdef NEW
		printf("new sum=%ld n=%d\n", sum + opaque(1), n);
#else
		printf("old sum=%ld n=%d\n", sum, n);
#endif
	}
}

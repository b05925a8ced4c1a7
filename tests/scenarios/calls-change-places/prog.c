/*
 * Two calls of one function with other arguments change places, and what holds their results has
 * another name: nothing but the arguments says which call is which.
 *
 * before: old result=-1 n=\d+
 * after: new result=-1 n=\d+
 * sequence: \bn=(\d+)
 */
#include "support.h"

NOINLINE static long get(const long *p)
{
	return opaque(*p);
}

static long one = 1, two = 2;

NOINLINE static long compute(const long *p, const long *q)
{
#ifdef NEW
	long subtrahend = get(q), minuend = get(p);

	tick();
	return minuend - subtrahend;
#else
	long a = get(p), b = get(q);

	tick();
	return a - b;
#endif
}

int main(void)
{
	begin();
	for (int n = 0;; n++) {
		long result = compute((long *)opaque((long)&one), (long *)opaque((long)&two));

		if (result != -1)
			printf("BAD result=%ld\n", result);
#ifdef NEW
		printf("new result=%ld n=%d\n", result, n);
#else
		printf("old result=%ld n=%d\n", result, n);
#endif
	}
}

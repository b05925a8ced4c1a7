/*
 * Two calls of one function with other arguments change places, and an activation waits in one of
 * them.  Its result must not be taken for that of the other.
 *
 * before: old result=-1 n=\d+
 * after: new result=-1 n=\d+
 * sequence: \bn=(\d+)
 * expect: either
 */
#include "support.h"

NOINLINE static long get(const long *p)
{
	tick();
	return opaque(*p);
}

static long one = 1, two = 2;

NOINLINE static long compute(const long *p, const long *q)
{
#ifdef NEW
	long subtrahend = get(q), minuend = get(p);

	return minuend - subtrahend + opaque(*p + *q) - 3;
#else
	long a = get(p), b = get(q);

	return a - b + opaque(*p + *q) - 3;
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

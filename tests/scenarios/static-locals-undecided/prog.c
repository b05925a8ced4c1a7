/*
 * Two static variables of one name in one function are used in the same way, and one of them is
 * gone in the new version, or both are used in another way: which one is left is not known.
 *
 * before: 1 2 n=\d+
 * expect: refuse
 * reason: variable 'level' .* cannot be told from others of its name
 */
#include "support.h"

NOINLINE static long levels(long up)
{
	long sum = 0;

	{
		static long level = 1;

#ifdef NEW
		level ^= up * 3;
		sum += level * 1000;
#else
		level += up;
		sum += level;
#endif
	}
#ifndef NEW
	{
		static long level = 2;

		level += up;
		sum += level * 10;
	}
#endif
	return sum;
}

int main(void)
{
	begin();
	for (int n = 0;; n++) {
		long sum = levels(opaque(0));

		printf("%ld %ld n=%d\n", sum % 10, sum / 10, n);
		tick();
	}
}

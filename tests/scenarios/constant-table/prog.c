/*
 * A constant table changes; the functions that read it have the same text.
 *
 * before: primes=2 3 5 7 n=\d+
 * after: primes=11 13 17 19 n=\d+
 * sequence: \bn=(\d+)
 */
#include "support.h"

#ifdef NEW
static const int primes[] = { 11, 13, 17, 19 };
#else
static const int primes[] = { 2, 3, 5, 7 };
#endif

NOINLINE static int prime(int i)
{
	return primes[opaque(i)];
}

int main(void)
{
	begin();
	for (int n = 0;; n++) {
		printf("primes=%d %d %d %d n=%d\n", prime(0), prime(1), prime(2), prime(3), n);
		tick();
	}
}

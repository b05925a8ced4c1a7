/*
 * A function that returns a large structure by value is active and changes, and one that returns a
 * small one in registers.
 *
 * before: old big=7,99 small=3,4 n=\d+
 * after: new big=8,99 small=4,3 n=\d+
 * sequence: \bn=(\d+)
 */
#include "support.h"

struct big {
	long values[10];
};

struct small {
	int a, b;
	long c;
};

NOINLINE static struct big make_big(long first)
{
	struct big big = { { 0 } };

	tick();
#ifdef NEW
	big.values[0] = first + 1;
#else
	big.values[0] = first;
#endif
	big.values[9] = 99;
	return big;
}

NOINLINE static struct small make_small(int a, int b)
{
	tick();
#ifdef NEW
	return (struct small){ b, a, (long)a };
#else
	return (struct small){ a, b, (long)b };
#endif
}

NOINLINE static void report(int n)
{
	struct big big = make_big(opaque(7));
	struct small small = make_small((int)opaque(3), 4);

#ifdef NEW
	printf("new big=%ld,%ld small=%d,%d n=%d\n", big.values[0], big.values[9], small.a, small.b,
	       n);
#else
	printf("old big=%ld,%ld small=%d,%d n=%d\n", big.values[0], big.values[9], small.a, small.b,
	       n);
#endif
}

int main(void)
{
	begin();
	for (int n = 0;; n++)
		report(n);
}

/*
 * A function that waits holds in one register the address that its result goes to, which it was
 * given in front of its parameters; its new version holds it in another.
 *
 * before: old sum=\d+ n=\d+
 * after: new sum=\d+ n=\d+
 * sequence: \bn=(\d+)
 */
#include "support.h"

struct big {
	long values[4];
};

NOINLINE static struct big make(long first)
{
#ifdef NEW
	long more = opaque(2), most = opaque(3);

	tick();
	return (struct big){ { first, more, most, first + more + most } };
#else
	tick();
	return (struct big){ { first, 2, 3, first + 5 } };
#endif
}

int main(void)
{
	struct big big;

	begin();
	for (int n = 0;; n++) {
		big = make(n);
		if (big.values[3] != n + 5)
			printf("BAD %ld\n", big.values[3]);
#ifdef NEW
		printf("new sum=%ld n=%d\n", big.values[3], n);
#else
		printf("old sum=%ld n=%d\n", big.values[3], n);
#endif
	}
}

/*
 * A static function whose pointer parameter the compiler replaces by its members (.isra) changes
 * while it is active.
 *
 * before: old sum=5 n=\d+
 * after: new sum=6 n=\d+
 * sequence: \bn=(\d+)
 */
#include "support.h"

struct pair {
	long unused[4];
	int a, b;
};

static NOINLINE int sum(struct pair *pair)
{
	int result = pair->a + pair->b;

	tick();
#ifdef NEW
	return result + 1;
#else
	return result;
#endif
}

NOINLINE static void step(struct pair *pair, int n)
{
#ifdef NEW
	printf("new sum=%d n=%d\n", sum(pair), n);
#else
	printf("old sum=%d n=%d\n", sum(pair), n);
#endif
}

int main(void)
{
	struct pair pair = { .a = 2, .b = 3 };

	begin();
	for (int n = 0;; n++)
		step(&pair, n);
}

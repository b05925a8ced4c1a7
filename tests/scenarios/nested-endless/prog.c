/*
 * Three functions that never return are active one under the other, and all three change.
 *
 * before: old outer=10 middle=20 inner=\d+
 * after: new outer=10 middle=20 inner=\d+ sum=\d+
 * sequence: inner=(\d+)
 */
#include "support.h"

NOINLINE static void inner(int outer, int middle)
{
	for (int n = 0;; n++) {
		tick();
#ifdef NEW
		printf("new outer=%d middle=%d inner=%d sum=%d\n", outer, middle, n,
		       outer + middle + n);
#else
		printf("old outer=%d middle=%d inner=%d\n", outer, middle, n);
#endif
	}
}

NOINLINE static void middle(int outer)
{
	int own = (int)opaque(20);

	for (;;) {
		inner(outer, own);
#ifdef NEW
		printf("BAD new middle goes on with %d\n", own);
#else
		printf("BAD middle goes on with %d\n", own);
#endif
	}
}

int main(void)
{
	int own = (int)opaque(10);

	begin();
	for (;;) {
		middle(own);
#ifdef NEW
		printf("BAD new main goes on with %d\n", own);
#else
		printf("BAD main goes on with %d\n", own);
#endif
	}
}

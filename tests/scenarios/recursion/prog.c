/*
 * A changed recursive function is active at ten levels and blocks at the deepest.
 *
 * before: total=10 n=\d+
 * after: total=1000 n=\d+
 * sequence: \bn=(\d+)
 */
#include "support.h"

NOINLINE static int descend(int depth)
{
	int below;

	if (depth == 0) {
		tick();
		return (int)opaque(0);
	}
	below = descend(depth - 1);
#ifdef NEW
	return below + 100;
#else
	return below + 1;
#endif
}

int main(void)
{
	begin();
	for (int n = 0;; n++)
		printf("total=%d n=%d\n", descend((int)opaque(10)), n);
}

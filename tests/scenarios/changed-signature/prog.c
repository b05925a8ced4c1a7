/*
 * A function gains a parameter, and all its callers change, one of them in a loop for ever.
 *
 * before: area=6 n=\d+
 * after: area=24 n=\d+
 * sequence: \bn=(\d+)
 */
#include "support.h"

#ifdef NEW
NOINLINE static int area(int width, int height, int depth)
{
	tick();
	return (int)(opaque(width) * opaque(height) * opaque(depth));
}
#else
NOINLINE static int area(int width, int height)
{
	tick();
	return (int)(opaque(width) * opaque(height));
}
#endif

int main(void)
{
	begin();
	for (int n = 0;; n++) {
#ifdef NEW
		printf("area=%d n=%d\n", area(2, 3, 4), n);
#else
		printf("area=%d n=%d\n", area(2, 3), n);
#endif
	}
}

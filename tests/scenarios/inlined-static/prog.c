/*
 * A changed static function is inlined into two callers, one of them in a loop that never returns.
 *
 * before: old left=3 right=4 n=\d+
 * after: old left=9 right=10 n=\d+
 * sequence: \bn=(\d+)
 */
#include "support.h"

static inline __attribute__((always_inline)) int mix(int a)
{
	int b = (int)opaque(a);

#ifdef NEW
	b *= 3;
#endif
	return b;
}

NOINLINE static int left(void)
{
	return mix(3);
}

int main(void)
{
	begin();
	for (int n = 0;; n++) {
#ifdef NEW
		int right = mix(3) + 1;
#else
		int right = mix(3) + 1;
#endif

		printf("old left=%d right=%d n=%d\n", left(), right, n);
		tick();
	}
}

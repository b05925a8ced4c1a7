/*
 * A program that is not position-independent has absolute addresses in its code.
 *
 * before: old text=abc table=3 n=\d+
 * after: new text=abcd table=4 n=\d+
 * sequence: \bn=(\d+)
 * expect: either
 * cflags: -fno-pie -no-pie
 */
#include "support.h"

static const int table[] = { 1, 2, 3, 4 };
static int position = 2;

NOINLINE static void step(int n)
{
#ifdef NEW
	printf("new text=%s table=%d n=%d\n", "abcd", table[opaque(position) + 1], n);
#else
	printf("old text=%s table=%d n=%d\n", "abc", table[opaque(position)], n);
#endif
}

int main(void)
{
	begin();
	for (int n = 0;; n++) {
		step(n);
		tick();
	}
}

/*
 * A changed function calls new functions, which call old ones and each other.
 *
 * before: old value=5 n=\d+
 * after: new value=5026 n=\d+
 * sequence: \bn=(\d+)
 */
#include "support.h"

NOINLINE static int five(void)
{
	return (int)opaque(5);
}

#ifdef NEW
NOINLINE static int square_of_five(void)
{
	return five() * five();
}

NOINLINE int composed(int x)
{
	return x * 1000 + square_of_five() + 1;
}
#endif

NOINLINE static void step(int n)
{
#ifdef NEW
	printf("new value=%d n=%d\n", composed(five()), n);
#else
	printf("old value=%d n=%d\n", five(), n);
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

/*
 * A chain of tail calls, of which the middle one changes to call another function.
 *
 * before: last=old n=\d+
 * after: last=new n=\d+
 * sequence: \bn=(\d+)
 */
#include "support.h"

NOINLINE static int old_last(int n)
{
	tick();
	printf("last=old n=%d\n", n);
	return n + 1;
}

#ifdef NEW
NOINLINE static int new_last(int n)
{
	tick();
	printf("last=new n=%d\n", n);
	return n + 1;
}
#endif

NOINLINE static int middle(int n)
{
#ifdef NEW
	if (n >= 0)
		return new_last(n);
#endif
	return old_last(n);
}

NOINLINE static int first(int n)
{
	return middle((int)opaque(n));
}

int main(void)
{
	int n = 0;

	begin();
	for (;;)
		n = first(n);
}

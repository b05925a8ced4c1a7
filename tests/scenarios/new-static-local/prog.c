/*
 * A changed function gains a static local variable.
 *
 * before: old n=\d+
 * after: new calls=5\d* n=\d+
 * sequence: \bn=(\d+)
 */
#include "support.h"

NOINLINE static int calls(void)
{
#ifdef NEW
	static int count = 50;

	return count < 59 ? ++count : (count = 50);
#else
	return (int)opaque(0);
#endif
}

int main(void)
{
	begin();
	for (int n = 0;; n++) {
		int count = calls();

		if (count)
			printf("new calls=%d n=%d\n", count, n);
		else
			printf("old n=%d\n", n);
		tick();
	}
}

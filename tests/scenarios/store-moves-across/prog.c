/*
 * A store moves across the call in which an activation waits: from behind it to before it, through
 * a pointer that was loaded.  It must be done once.
 *
 * before: old made=1 n=\d+
 * after: new made=1 n=\d+
 * sequence: \bn=(\d+)
 * expect: either
 */
#include "support.h"

static long made, *place = &made, zero;

NOINLINE static void wait_with(void *memory)
{
	__asm__ volatile("" : : "r"(memory) : "memory");
	tick();
}

NOINLINE static long work(void)
{
	made = 0;
#ifdef NEW
	*place ^= 1;
	wait_with(&zero);
#else
	char buffer[8];

	wait_with(buffer);
	*place ^= 1;
#endif
	return made + opaque(0);
}

int main(void)
{
	begin();
	for (int n = 0;; n++) {
		long result = work();

		if (result != 1)
			printf("BAD made=%ld\n", result);
#ifdef NEW
		printf("new made=%ld n=%d\n", result, n);
#else
		printf("old made=%ld n=%d\n", result, n);
#endif
	}
}

/*
 * A call moves across another one, and an activation waits in the one that was before and is after.
 * What comes behind it in the old version comes before it in the new one, and must be done once.
 *
 * before: old made=1 n=\d+
 * after: new made=1 n=\d+
 * sequence: \bn=(\d+)
 * expect: either
 */
#include "support.h"

static long made, zero;

NOINLINE static void wait_with(void *memory)
{
	__asm__ volatile("" : : "r"(memory) : "memory");
	tick();
}

NOINLINE static void make(void)
{
	made += opaque(1);
}

NOINLINE static long work(void)
{
	made = 0;
#ifdef NEW
	make();
	wait_with(&zero);
#else
	char buffer[8];

	wait_with(buffer);
	make();
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

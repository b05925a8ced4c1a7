/*
 * The static local of a changed function keeps its value, and so do globals it uses.
 *
 * before: old count=\d+ bytes=\d+
 * after: new count=\d+ bytes=\d+
 * sequence: count=(\d+)
 */
#include "support.h"

static size_t bytes;

NOINLINE static void step(void)
{
	static int count;

	count++;
#ifdef NEW
	bytes += (size_t)printf("new count=%d bytes=%zu\n", count, bytes);
#else
	bytes += (size_t)printf("old count=%d bytes=%zu\n", count, bytes);
#endif
	if (bytes < (size_t)count * 10)
		printf("BAD bytes=%zu\n", bytes);
}

int main(void)
{
	begin();
	for (;;) {
		step();
		tick();
	}
}

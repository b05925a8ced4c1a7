/*
 * A thread computes without a call in a function that clears all registers where it returns, those
 * of the x87 unit, too.
 *
 * before: old n=\d+
 * after: new n=\d+
 * sequence: \bn=(\d+)
 * cflags: -fzero-call-used-regs=all
 * compilers: gcc
 */
#include "support.h"

#include <pthread.h>

static volatile unsigned long turns;
static volatile int version, stop;

NOINLINE static unsigned long compute(unsigned long value)
{
	while (!stop) {
		value = value * 6364136223846793005UL + 1442695040888963407UL;
		turns = value;
#ifdef NEW
		version = 2;
#else
		version = 1;
#endif
	}
	return value;
}

static void *run(void *arg)
{
	turns = compute((unsigned long)opaque(1));
	return arg;
}

int main(void)
{
	pthread_t thread;

	begin();
	pthread_create(&thread, NULL, run, NULL);
	tick();
	for (int n = 0;; n++) {
		unsigned long before = turns;

		/* On a loaded machine it may have to wait for a processor. */
		for (int i = 0; i < 5 || (i < 200 && turns == before); i++)
			tick();
		if (turns == before)
			printf("BAD the computation stands still\n");
		printf("%s n=%d\n", version == 2 ? "new" : "old", n);
	}
}

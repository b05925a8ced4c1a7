/*
 * A thread computes for ever in a changed function and makes no call: it is carried over within an
 * iteration.
 *
 * before: old n=\d+
 * after: new n=\d+
 * sequence: \bn=(\d+)
 */
#include "support.h"

#include <pthread.h>

static volatile unsigned long turns;
static volatile int version;

static void *compute(void *arg)
{
	unsigned long value = 1;

	for (;;) {
		value = value * 6364136223846793005UL + 1442695040888963407UL;
		turns = value;
#ifdef NEW
		version = 2;
#else
		version = 1;
#endif
	}
	return arg;
}

int main(void)
{
	pthread_t thread;

	begin();
	pthread_create(&thread, NULL, compute, NULL);
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

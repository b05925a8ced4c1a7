/*
 * A thread computes for ever in a changed function, which calls an unchanged one now and then: it
 * is nearly always between two calls when it is stopped.
 *
 * before: old n=\d+
 * after: new n=\d+
 * sequence: \bn=(\d+)
 */
#include "support.h"

#include <pthread.h>

NOINLINE static void report(const char *version, int n)
{
	printf("%s n=%d\n", version, n);
}

static void *compute(void *arg)
{
	unsigned long value = 1;

	for (int n = 0;; n++) {
		for (int i = 0; i < 2000000; i++) {
			value = value * 6364136223846793005UL + 1442695040888963407UL;
			if ((value >> 54) == 0)
				value += (unsigned long)opaque(3);
		}
		if (value == 0)
			printf("BAD value\n");
#ifdef NEW
		report("new", n);
#else
		report("old", n);
#endif
	}
	return arg;
}

int main(void)
{
	pthread_t thread;

	begin();
	pthread_create(&thread, NULL, compute, NULL);
	pthread_join(thread, NULL);
}

/*
 * A thread that nearly always waits inside a changed function at a call without a checkpoint: the
 * new version needs a value there that the old one never computed.  The program defines
 * wait_for_it(), which is inlined, and serve(), which another thread runs for ever so that the
 * waits end.
 */
#ifndef SCENARIO_WAITING_H
#define SCENARIO_WAITING_H

#include "support.h"

#include <pthread.h>
#include <time.h>

static inline void wait_for_it(void);
static void serve(void);

static void nap(long microseconds)
{
	const struct timespec span = { 0, microseconds * 1000 };

	nanosleep(&span, NULL);
}

NOINLINE static void *waiter(void *arg)
{
	for (long n = 0;; n++) {
#ifdef NEW
		long extra = opaque(n + 1); /* lives across the wait: nothing in OLD has it */

		wait_for_it();
		if (extra != n + 1)
			puts("BAD extra");
		printf("new n=%ld\n", n);
#else
		wait_for_it();
		printf("old n=%ld\n", n);
#endif
	}
	return arg;
}

static void *server(void *arg)
{
	serve();
	return arg;
}

int main(void)
{
	pthread_t threads[2];

	begin();
	pthread_create(&threads[0], NULL, server, NULL);
	pthread_create(&threads[1], NULL, waiter, NULL);
	pthread_join(threads[0], NULL);
}

#endif

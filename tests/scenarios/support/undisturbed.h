/*
 * For programs that wait in a system call while they are updated, and would notice if it ended with
 * EINTR although no handler ran.  The program defines wait_for_it(), the call, and serve(), which
 * another thread runs for ever so that the waits end.
 */
#ifndef SCENARIO_UNDISTURBED_H
#define SCENARIO_UNDISTURBED_H

#include "support.h"

#include <errno.h>
#include <pthread.h>

/* The result of the call, -1 with errno. */
static long wait_for_it(void);
static void serve(void);

static void *server(void *arg)
{
	serve();
	return arg;
}

int main(void)
{
	pthread_t thread;

	begin();
	pthread_create(&thread, NULL, server, NULL);
	for (long n = 0;; n++) {
		if (wait_for_it() < 0)
			printf("BAD: the wait ended with %s\n", strerror(errno));
#ifdef NEW
		printf("new n=%ld\n", n);
#else
		printf("old n=%ld\n", n);
#endif
	}
}

#endif

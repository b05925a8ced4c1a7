/*
 * The program has a handler for SIGCONT and is updated: the updater's own signals never show.
 *
 * before: old continued=0 n=\d+
 * after: new continued=0 n=\d+
 * sequence: \bn=(\d+)
 */
#include "support.h"

#include <pthread.h>
#include <signal.h>

static volatile sig_atomic_t continued;

static void handle(int signal)
{
	(void)signal;
	continued++;
}

static void *idle(void *arg)
{
	for (;;)
		tick();
	return arg;
}

int main(void)
{
	pthread_t thread;

	begin();
	signal(SIGCONT, handle);
	pthread_create(&thread, NULL, idle, NULL);
	for (long n = 0;; n++) {
		tick();
#ifdef NEW
		printf("new continued=%d n=%ld\n", (int)continued, n);
#else
		printf("old continued=%d n=%ld\n", (int)continued, n);
#endif
	}
}

/*
 * For programs that cancel a thread again and again.  It waits in work(), which the program defines; when
 * it has ended, each of what it had set up must have been cleaned up once.
 */
#ifndef SCENARIO_CANCELLED_H
#define SCENARIO_CANCELLED_H

#include "support.h"

#include <pthread.h>

#ifdef NEW
#define VERSION "new"
#else
#define VERSION "old"
#endif

static volatile long set_up, cleaned_up;

static void *work(void *arg);

static void clean_up(void *what)
{
	(void)what;
	cleaned_up++;
}

/* Sleeps for long; a cancelled thread ends here. */
NOINLINE static void rest(void)
{
	for (int i = 0; i < 100; i++)
		tick();
}

static void cancel_one(long n)
{
	pthread_t thread;
	void *result;

	pthread_create(&thread, NULL, work, NULL);
	for (int i = 0; i < 10; i++)
		tick();
	pthread_cancel(thread);
	pthread_join(thread, &result);
	if (result != PTHREAD_CANCELED || !set_up || set_up != cleaned_up)
		printf("BAD: %ld set up, %ld cleaned up, in round %ld\n", set_up, cleaned_up, n);
}

#endif

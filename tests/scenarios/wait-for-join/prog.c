/*
 * A thread waits, where it has no checkpoint, for a chain of joins: each thread waits for the next,
 * the last one for a mutex.
 *
 * before: old n=\d+
 * after: new n=\d+
 * sequence: \bn=(\d+)
 * threads: vary
 */
#include "waiting.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void *last(void *arg)
{
	pthread_mutex_lock(&lock);
	pthread_mutex_unlock(&lock);
	return arg;
}

static void *first(void *arg)
{
	pthread_t thread;

	pthread_create(&thread, NULL, last, arg);
	pthread_join(thread, NULL);
	return arg;
}

static inline void wait_for_it(void)
{
	pthread_t thread;

	pthread_create(&thread, NULL, first, NULL);
	pthread_join(thread, NULL);
}

static void serve(void)
{
	for (;;) {
		pthread_mutex_lock(&lock);
		nap(3000);
		pthread_mutex_unlock(&lock);
		nap(200);
	}
}

/*
 * A thread waits, where it has no checkpoint, for a condition: no holder is known.
 *
 * before: old n=\d+
 * after: new n=\d+
 * sequence: \bn=(\d+)
 */
#include "waiting.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;

static inline void wait_for_it(void)
{
	pthread_mutex_lock(&lock);
	pthread_cond_wait(&changed, &lock);
	pthread_mutex_unlock(&lock);
}

static void serve(void)
{
	for (;;) {
		nap(3000);
		pthread_mutex_lock(&lock);
		pthread_cond_signal(&changed);
		pthread_mutex_unlock(&lock);
	}
}

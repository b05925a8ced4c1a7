/*
 * A thread waits, where it has no checkpoint, for a priority-inheriting mutex that its holder keeps
 * nearly all the time.
 *
 * before: old n=\d+
 * after: new n=\d+
 * sequence: \bn=(\d+)
 */
#include "waiting.h"

static pthread_mutex_t lock;

__attribute__((constructor)) static void init(void)
{
	pthread_mutexattr_t attr;

	pthread_mutexattr_init(&attr);
	pthread_mutexattr_setprotocol(&attr, PTHREAD_PRIO_INHERIT);
	pthread_mutex_init(&lock, &attr);
}

static inline void wait_for_it(void)
{
	pthread_mutex_lock(&lock);
	pthread_mutex_unlock(&lock);
}

static void serve(void)
{
	for (;;) {
		pthread_mutex_lock(&lock);
		nap(5000);
		pthread_mutex_unlock(&lock);
		nap(200);
	}
}

/*
 * A thread waits, where it has no checkpoint, for a read-write lock with a writer nearly all the
 * time.
 *
 * before: old n=\d+
 * after: new n=\d+
 * sequence: \bn=(\d+)
 */
#include "waiting.h"

static pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;

static inline void wait_for_it(void)
{
	pthread_rwlock_rdlock(&lock);
	pthread_rwlock_unlock(&lock);
}

static void serve(void)
{
	for (;;) {
		pthread_rwlock_wrlock(&lock);
		nap(5000);
		pthread_rwlock_unlock(&lock);
		nap(200);
	}
}

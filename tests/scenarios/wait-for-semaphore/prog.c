/*
 * A thread waits, where it has no checkpoint, for a semaphore: no holder is known.
 *
 * before: old n=\d+
 * after: new n=\d+
 * sequence: \bn=(\d+)
 */
#include "waiting.h"

#include <semaphore.h>

static sem_t semaphore;

static inline void wait_for_it(void)
{
	sem_wait(&semaphore);
}

static void serve(void)
{
	for (;;) {
		nap(3000);
		sem_post(&semaphore);
	}
}

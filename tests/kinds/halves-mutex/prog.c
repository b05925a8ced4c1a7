/*
 * The new version holds a mutex while it waits.
 *
 * before: old
 * expect: refuse
 * reason: undoes it behind it
 */
#include "serving.h"

#include <pthread.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

NOINLINE static int step(int n)
{
#ifdef NEW
	pthread_mutex_lock(&mutex);
#endif
	serve();
#ifdef NEW
	pthread_mutex_unlock(&mutex);
#endif
	return n + 1;
}

int main(void)
{
	begin();
	pthread_mutex_init(&mutex, NULL);
	for (int n = 0;; n = step(n))
		printf("%d\n", n);
}

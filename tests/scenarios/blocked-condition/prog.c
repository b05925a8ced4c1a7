/*
 * A consumer loop waits on a condition variable and is changed while it waits, holding nothing.
 *
 * before: old item=\d+
 * after: new item=\d+
 * sequence: item=(\d+)
 */
#include "support.h"

#include <pthread.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t filled = PTHREAD_COND_INITIALIZER;
static int items, taken;

static void *consumer(void *arg)
{
	for (;;) {
		pthread_mutex_lock(&lock);
		while (taken == items)
			pthread_cond_wait(&filled, &lock);
		taken++;
#ifdef NEW
		printf("new item=%d\n", taken);
#else
		printf("old item=%d\n", taken);
#endif
		pthread_mutex_unlock(&lock);
	}
	return arg;
}

int main(void)
{
	pthread_t thread;

	begin();
	pthread_create(&thread, NULL, consumer, NULL);
	for (;;) {
		for (int i = 0; i < 4; i++)
			tick();
		pthread_mutex_lock(&lock);
		items++;
		pthread_cond_signal(&filled);
		pthread_mutex_unlock(&lock);
	}
}

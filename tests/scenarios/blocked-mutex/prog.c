/*
 * A thread waits for a mutex inside a changed function while another holds it.
 *
 * before: old locked n=\d+
 * after: new locked n=\d+
 * sequence: \bn=(\d+)
 */
#include "support.h"

#include <pthread.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static volatile int turn;

static void *holder(void *arg)
{
	for (;;) {
		pthread_mutex_lock(&lock);
		for (int i = 0; i < 5; i++)
			tick();
		turn++;
		pthread_mutex_unlock(&lock);
		tick();
	}
	return arg;
}

NOINLINE static void step(int n)
{
	int before = turn;

	pthread_mutex_lock(&lock);
#ifdef NEW
	printf("new locked n=%d\n", n);
#else
	printf("old locked n=%d\n", n);
#endif
	if (turn < before)
		printf("BAD turn=%d\n", turn);
	pthread_mutex_unlock(&lock);
}

int main(void)
{
	pthread_t thread;

	begin();
	pthread_create(&thread, NULL, holder, NULL);
	tick();
	for (int n = 0;; n++) {
		step(n);
		tick();
	}
}

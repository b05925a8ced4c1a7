/*
 * The target of the pause measurement: main and sixteen workers, all in loops that never return and
 * all changed by the update.
 */
#include <pthread.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

static void nap(void)
{
	struct timespec time = { .tv_nsec = 2 * 1000 * 1000 };

	nanosleep(&time, NULL);
}

static volatile long turns;

static void *work(void *arg)
{
#ifdef NEW
	long own = 0;
#endif

	for (;;) {
		nap();
		turns++;
#ifdef NEW
		own++;
		if (own < 0)
			puts("overflow");
#endif
	}
	return arg;
}

int main(void)
{
	pthread_t thread;

	alarm(600);
	for (int i = 0; i < 16; i++)
		pthread_create(&thread, NULL, work, NULL);
	puts("ready");
	fflush(stdout);
	for (;;) {
		nap();
#ifdef NEW
		if (turns < 0)
			puts("overflow");
#endif
	}
}

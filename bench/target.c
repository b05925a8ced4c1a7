/*
 * The target of the pause measurement: threads in loops that never return, main among them, all
 * changed by the update.  Together they wake about 8000 times a second, however many they are.
 *
 * usage: target THREADS
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static long threads;

static void nap(void)
{
	struct timespec time = { .tv_nsec = threads * 125 * 1000 };

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

int main(int argc, char **argv)
{
	pthread_t thread;

	alarm(600);
	threads = argc > 1 ? atol(argv[1]) : 1;
	for (long i = 1; i < threads; i++)
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

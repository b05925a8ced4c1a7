/*
 * The target of the measurements of pauses: threads in loops that never return, main among them,
 * all changed by the update.  Together they wake about 8000 times a second, however many they are.
 * With PROCESSES there are so many, as of a server that forks before there is work: a master and its
 * children, each with THREADS.
 *
 * usage: target THREADS [PROCESSES]
 */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

static long threads, processes;

static void nap(void)
{
	struct timespec time = { .tv_nsec = threads * processes * 125 * 1000 };

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
	int is_child = 0;

	alarm(600);
	threads = argc > 1 ? atol(argv[1]) : 1;
	processes = argc > 2 ? atol(argv[2]) : 1;
	for (long i = 1; i < processes && !is_child; i++)
		is_child = !fork();
	if (is_child)
		prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (long i = 1; i < threads; i++)
		pthread_create(&thread, NULL, work, NULL);
	if (!is_child) {
		puts("ready");
		fflush(stdout);
	}
	for (;;) {
		nap();
#ifdef NEW
		if (turns < 0)
			puts("overflow");
#endif
	}
}

/*
 * Threads that wait in changed code, that compute in it, that get signals all the time, that look
 * after their own signal mask and that hold a constant which changes. The fault sweeps update it, too.
 *
 * before: main old n=\d+
 * before: waiter old n=\d+
 * before: mixer old n=\d+
 * before: kicker old n=\d+
 * after: main new n=\d+
 * after: kicker new n=\d+
 * after: waiter new n=\d+
 * after: mixer new n=\d+
 * sequence: ^(main|waiter) .*n=(\d+)
 */
#include "support.h"

#include <pthread.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#ifdef NEW
#define VERSION "new"
#define FACTOR 5
#else
#define VERSION "old"
#define FACTOR 3
#endif

static volatile int signals;

static void on_signal(int sig)
{
	(void)sig;
	signals++;
}

static void *waiter(void *arg)
{
	sigset_t mine, now;
	int n = 0;

	sigemptyset(&mine);
	sigaddset(&mine, SIGUSR2);
	pthread_sigmask(SIG_BLOCK, &mine, NULL);
	pthread_sigmask(SIG_SETMASK, NULL, &mine);
	for (;;) {
		tick();
		pthread_sigmask(SIG_SETMASK, NULL, &now);
		for (int sig = 1; sig < 64; sig++)
			if (sigismember(&mine, sig) != sigismember(&now, sig))
				printf("BAD: signal %d is blocked or not\n", sig);
		printf("waiter " VERSION " n=%d\n", n++);
	}
	return arg;
}

__attribute__((noinline)) long mix(long value)
{
	for (int i = 0; i < 300; i++)
		value = value * FACTOR + i;
	return value;
}

/* Most of the time inside of mix(), where there is no checkpoint. */
static void *mixer(void *arg)
{
	long old_sum = 7, new_sum = 7;
	int n = 0;

	for (int i = 0; i < 300; i++) {
		old_sum = old_sum * 3 + i;
		new_sum = new_sum * 5 + i;
	}
	for (;;) {
		long is_new = 0, sum = 0;

		for (int i = 0; i < 20000; i++) {
			sum = mix(opaque(7));
			is_new = sum == new_sum;
			if (sum != old_sum && sum != new_sum)
				printf("BAD: a sum of neither version\n");
		}
		printf("mixer %s n=%d\n", is_new ? "new" : "old", n++);
		if (n % 4 == 0)
			tick();
	}
	return arg;
}

struct label {
	const char *text;
	long factor;
};

static const struct label label = { VERSION, FACTOR };

static void *kicker(void *arg)
{
	const struct label *held = (const struct label *)opaque((long)&label);
	const struct timespec span = { .tv_nsec = 2000000 };

	for (int n = 0;; n++) {
		nanosleep(&span, NULL);
		kill(getpid(), SIGUSR1);
		if (n % 10 == 0)
			printf("kicker %s n=%d\n", held->factor == 3 ? "old" : held->text, n);
	}
	return arg;
}

int main(void)
{
	void *(*work[])(void *) = { waiter, mixer, kicker };
	struct sigaction action = { .sa_handler = on_signal, .sa_flags = SA_RESTART };
	pthread_t thread;
	int n = 0;

	begin();
	sigaction(SIGUSR1, &action, NULL);
	for (int i = 0; i < 3; i++)
		pthread_create(&thread, NULL, work[i], NULL);
	for (;;) {
		tick();
		printf("main " VERSION " n=%d\n", n++);
	}
}

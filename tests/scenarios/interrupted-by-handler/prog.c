/*
 * A handler runs while main() waits in epoll_wait() without a time limit: each wait ends with EINTR,
 * as it does without an update, also when an update is made in the middle.
 *
 * before: old n=\d+
 * after: new n=\d+
 * sequence: \bn=(\d+)
 */
#include "support.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <sys/epoll.h>

static pthread_t waiter;
static volatile sig_atomic_t handled;

static void handle(int signal)
{
	(void)signal;
	handled++;
}

static void *interrupt(void *arg)
{
	for (;;) {
		for (int i = 0; i < 5; i++)
			tick();
		pthread_kill(waiter, SIGUSR1);
	}
	return arg;
}

int main(void)
{
	struct epoll_event event;
	int queue = epoll_create1(0);
	pthread_t thread;

	begin();
	waiter = pthread_self();
	signal(SIGUSR1, handle); /* with SA_RESTART, which epoll_wait() does not heed */
	pthread_create(&thread, NULL, interrupt, NULL);
	for (long n = 0, before = 0;; n++, before = handled) {
		if (epoll_wait(queue, &event, 1, -1) != -1 || errno != EINTR)
			printf("BAD: not interrupted\n");
		if (handled == before)
			printf("BAD: no handler has run\n");
#ifdef NEW
		printf("new n=%ld\n", n);
#else
		printf("old n=%ld\n", n);
#endif
	}
}

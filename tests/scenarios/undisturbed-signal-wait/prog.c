/*
 * main() waits in sigwaitinfo() for a signal that another thread sends: it gets each of them.
 *
 * before: old n=\d+
 * after: new n=\d+
 * sequence: \bn=(\d+)
 */
#include "undisturbed.h"

#include <signal.h>
#include <unistd.h>

static sigset_t wanted;

static void serve(void)
{
	for (;; kill(getpid(), SIGUSR1))
		for (int i = 0; i < 10; i++)
			tick();
}

static long wait_for_it(void)
{
	siginfo_t info;

	return sigwaitinfo(&wanted, &info);
}

__attribute__((constructor)) static void block(void)
{
	sigemptyset(&wanted);
	sigaddset(&wanted, SIGUSR1);
	pthread_sigmask(SIG_BLOCK, &wanted, NULL);
}

/*
 * A loop without a call is interrupted again and again by a handler that takes long, on the same
 * stack.
 *
 * before: old n=\d+
 * after: new n=\d+
 * sequence: \bn=(\d+)
 */
#include <pthread.h>
#include <signal.h>
#include <sys/time.h>

#include "hot.h"

static void on_alarm(int number)
{
	(void)number;
	tick();
}

int main(void)
{
	struct itimerval every = { { 0, 15000 }, { 0, 15000 } };
	struct sigaction action = { .sa_handler = on_alarm, .sa_flags = SA_RESTART };
	pthread_t thread;
	sigset_t alarm;
	unsigned long value = 1;

	begin();
	sigemptyset(&alarm);
	sigaddset(&alarm, SIGALRM);
	pthread_sigmask(SIG_BLOCK, &alarm, NULL);
	pthread_create(&thread, NULL, report, NULL);
	pthread_sigmask(SIG_UNBLOCK, &alarm, NULL);
	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &every, NULL);
	for (;;) {
		value = value * 6364136223846793005ul + 1442695040888963407ul;
		turns = value;
		version = VERSION;
	}
}

/*
 * A changed signal handler runs on an alternate stack most of the time, above a changed loop that
 * never returns.
 *
 * before: old handled=\d+ n=\d+
 * after: new handled=\d+ n=\d+
 * sequence: \bn=(\d+)
 */
#include "support.h"

#include <signal.h>
#include <sys/time.h>

static volatile int handled;

static void on_alarm(int number)
{
	(void)number;
#ifdef NEW
	handled += 2;
#else
	handled += 1;
#endif
	tick();
}

int main(void)
{
	struct itimerval every = { { 0, 15000 }, { 0, 15000 } };
	struct sigaction action = { .sa_handler = on_alarm, .sa_flags = SA_RESTART | SA_ONSTACK };
	stack_t stack = { .ss_sp = malloc(65536), .ss_size = 65536 };

	begin();
	sigaltstack(&stack, NULL);
	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &every, NULL);
	for (int n = 0; n < 6000; n++) {
		tick();
#ifdef NEW
		printf("new handled=%d n=%d\n", handled, n);
#else
		printf("old handled=%d n=%d\n", handled, n);
#endif
	}
}

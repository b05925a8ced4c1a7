/*
 * A changed loop that never returns is interrupted by a handler, which is running most of the time:
 * the loop's activation is below a signal frame.
 *
 * before: old n=\d+
 * after: new n=\d+
 * sequence: \bn=(\d+)
 */
#include "support.h"

#include <signal.h>
#include <sys/time.h>

static void on_alarm(int number)
{
	(void)number;
	tick();
}

int main(void)
{
	struct itimerval every = { { 0, 15000 }, { 0, 15000 } };
	struct sigaction action = { .sa_handler = on_alarm, .sa_flags = SA_RESTART };

	begin();
	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &every, NULL);
	for (int n = 0; n < 6000; n++) {
		tick();
#ifdef NEW
		printf("new n=%d\n", n);
#else
		printf("old n=%d\n", n);
#endif
	}
}

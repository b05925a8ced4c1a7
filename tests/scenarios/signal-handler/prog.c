/*
 * A signal handler changes; it was installed before the update and is interrupted by it.
 *
 * before: old handled n=\d+
 * after: new handled n=\d+
 */
#include "support.h"

#include <signal.h>
#include <sys/time.h>
#include <unistd.h>

static volatile sig_atomic_t handled;

static void on_alarm(int number)
{
	(void)number;
#ifdef NEW
	handled = 2;
#else
	handled = 1;
#endif
	tick();
}

int main(void)
{
	struct itimerval every = { { 0, 30000 }, { 0, 30000 } };
	struct sigaction action = { .sa_handler = on_alarm, .sa_flags = SA_RESTART };

	begin();
	alarm(0);
	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &every, NULL);
	for (int n = 0; n < 6000; n++) {
		handled = 0;
		while (!handled)
			pause();
		printf("%s handled n=%d\n", handled == 2 ? "new" : "old", n);
	}
}

/*
 * Timers of each kind keep firing, none twice, while the process is updated.
 *
 * before: old n=\d+
 * after: new n=\d+
 * sequence: \bn=(\d+)
 */
#include "support.h"

#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#define PERIOD 5000000 /* ns */

static volatile long virtual_ticks, posix_ticks, overruns;
static timer_t timer;

static void on_alarm(int sig)
{
	(void)sig;
	posix_ticks++;
	overruns += timer_getoverrun(timer);
}

static void on_profile(int sig)
{
	(void)sig;
	virtual_ticks++;
}

static uint64_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
}

static int start_timers(void)
{
	struct sigevent event = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGRTMIN };
	struct itimerspec each = { { 0, PERIOD }, { 0, PERIOD } };
	struct itimerval profile = { { 0, 10000 }, { 0, 10000 } };
	struct sigaction action = { .sa_handler = on_alarm, .sa_flags = SA_RESTART };
	int fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);

	sigaction(SIGRTMIN, &action, NULL);
	action.sa_handler = on_profile;
	sigaction(SIGPROF, &action, NULL);
	if (timer_create(CLOCK_MONOTONIC, &event, &timer) || fd < 0)
		printf("BAD timer\n");
	timer_settime(timer, 0, &each, NULL);
	timerfd_settime(fd, 0, &each, NULL);
	setitimer(ITIMER_PROF, &profile, NULL);
	return fd;
}

int main(void)
{
	uint64_t expired, from_fd = 0;

	begin();
	uint64_t start = now();
	int fd = start_timers();
	for (int n = 0;; n++) {
		while (read(fd, &expired, sizeof(expired)) < 0 && errno == EINTR)
			;
		from_fd += expired;
		/* Both count all periods, less what has not been noticed yet. */
		uint64_t periods = (now() - start) / PERIOD;
		long from_signal = posix_ticks + overruns;

		if (from_fd > periods || from_signal > (long)periods)
			printf("BAD fd=%d signal=%ld of %d\n", (int)from_fd, from_signal,
			       (int)periods);
		tick();
#ifdef NEW
		printf("new n=%d\n", n);
#else
		printf("old n=%d\n", n);
#endif
	}
}

/* Our own peace while targets stand still: see quiet.h. */
#include "process/quiet.h"

#include <sched.h>
#include <signal.h>

static _Thread_local struct {
	unsigned sessions, masking, hurrying;
	bool awaiting; /* SIGCHLD is blocked */
	bool hurried;  /* we have the priority */
	sigset_t outer;
} quiet;

static void set_mask(void)
{
	sigset_t mask = quiet.outer;

	if (quiet.masking)
		sigfillset(&mask);
	else if (quiet.awaiting)
		sigaddset(&mask, SIGCHLD);
	pthread_sigmask(SIG_SETMASK, &mask, NULL);
}

void su_quiet_begin(void)
{
	if (quiet.sessions++ == 0)
		pthread_sigmask(SIG_SETMASK, NULL, &quiet.outer);
}

void su_quiet_end(void)
{
	if (--quiet.sessions)
		return;
	quiet.awaiting = false;
	set_mask();
}

void su_quiet_await_children(void)
{
	quiet.awaiting = true;
	set_mask();
}

/* True when the first holder asks or the last one is content. */
static bool count(bool *asked, bool wanted, unsigned *holders)
{
	unsigned before = *holders;

	if (*asked == wanted)
		return false;
	*asked = wanted;
	*holders += wanted ? 1 : -1u;
	return !before || !*holders;
}

void su_quiet_signals(bool *asked, bool wanted)
{
	if (count(asked, wanted, &quiet.masking))
		set_mask();
}

void su_quiet_hurry(bool *asked, bool wanted)
{
	struct sched_param param = { .sched_priority = wanted };

	if (!count(asked, wanted, &quiet.hurrying))
		return;
	if (wanted && sched_getscheduler(0) == SCHED_OTHER)
		quiet.hurried = !sched_setscheduler(0, SCHED_FIFO, &param);
	else if (!wanted && quiet.hurried)
		quiet.hurried = sched_setscheduler(0, SCHED_OTHER, &param) != 0;
}

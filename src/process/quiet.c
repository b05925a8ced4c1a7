/* Our own peace while targets stand still: see quiet.h. */
#include "process/quiet.h"

#include <link.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

#ifndef MADV_POPULATE_READ
#define MADV_POPULATE_READ 22
#endif

#define STACK (128u << 10) /* bytes that may be needed while a target stands still */

static _Thread_local struct {
	unsigned sessions, masking, hurrying;
	bool awaiting; /* SIGCHLD is blocked */
	bool hurried;  /* we have the priority */
	sigset_t outer;
} quiet;

static const int endings[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };

void su_quiet_endings(sigset_t *ret)
{
	struct sigaction action;

	sigemptyset(ret);
	for (size_t i = 0; i < sizeof(endings) / sizeof(*endings); i++)
		if (sigaction(endings[i], NULL, &action) || action.sa_handler != SIG_IGN)
			sigaddset(ret, endings[i]);
}

/* Those that would end us are put off: what is under way is undone first. */
static void put_off_endings(sigset_t *mask)
{
	sigset_t set;

	su_quiet_endings(&set);
	sigorset(mask, mask, &set);
}

static void set_mask(void)
{
	sigset_t mask = quiet.outer;

	if (quiet.awaiting)
		put_off_endings(&mask);

	if (quiet.masking)
		sigfillset(&mask);
	else if (quiet.awaiting)
		sigaddset(&mask, SIGCHLD);
	pthread_sigmask(SIG_SETMASK, &mask, NULL);
}

/* Our own code is brought into memory now, or it would be page by page while a target stands still.
 */
static int populate_pages(struct dl_phdr_info *object, size_t size, void *unused)
{
	const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);

	(void)size;
	(void)unused;
	for (int i = 0; i < object->dlpi_phnum; i++) {
		const ElfW(Phdr) *segment = &object->dlpi_phdr[i];
		uintptr_t low = (object->dlpi_addr + segment->p_vaddr) & -page;
		uintptr_t high = object->dlpi_addr + segment->p_vaddr + segment->p_memsz;

		/* Linux before 5.14 cannot: then it takes longer. */
		if (segment->p_type == PT_LOAD && !(segment->p_flags & PF_W))
			madvise((void *)low, high - low, MADV_POPULATE_READ);
	}
	return 0;
}

/* So is stack for what is called then. */
static void __attribute__((noinline)) populate_stack(void)
{
	volatile char room[STACK];

	for (size_t i = 0; i < sizeof(room); i += 4096)
		room[i] = 0;
}

void su_quiet_begin(void)
{
	if (quiet.sessions++)
		return;
	pthread_sigmask(SIG_SETMASK, NULL, &quiet.outer);
	dl_iterate_phdr(populate_pages, NULL);
	populate_stack();
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

bool su_quiet_is_interrupted(void)
{
	sigset_t pending, set;

	if (!quiet.sessions || sigpending(&pending))
		return false;
	su_quiet_endings(&set);
	for (size_t i = 0; i < sizeof(endings) / sizeof(*endings); i++)
		if (sigismember(&pending, endings[i]) && sigismember(&set, endings[i]) &&
		    !sigismember(&quiet.outer, endings[i]))
			return true;
	return false;
}

/* True when the first holder asks or the last one is content. */
static bool count_request(bool *asked, bool wanted, unsigned *holders)
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
	if (count_request(asked, wanted, &quiet.masking))
		set_mask();
}

void su_quiet_hurry(bool *asked, bool wanted)
{
	struct sched_param param = { .sched_priority = wanted };

	if (!count_request(asked, wanted, &quiet.hurrying))
		return;
	if (wanted && sched_getscheduler(0) == SCHED_OTHER)
		quiet.hurried = !sched_setscheduler(0, SCHED_FIFO, &param);
	else if (!wanted && quiet.hurried)
		quiet.hurried = sched_setscheduler(0, SCHED_OTHER, &param) != 0;
}

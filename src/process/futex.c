/* Whom a thread waits for: see futex.h. */
#include "process/futex.h"

#include <linux/futex.h>
#include <sys/syscall.h>

#include "process/proc.h"

/* Where the holder's number may be, from the word that is slept on; the surest first. */
static const struct {
	uint64_t off;
	uint32_t mask;
} places[] = { { 8, UINT32_MAX }, { 16, UINT32_MAX }, { 12, UINT32_MAX }, { 0, FUTEX_TID_MASK } };

enum { PLACES = sizeof(places) / sizeof(places[0]) };

/* The numbers are those of the process's own namespace. */
static bool find_holder(const struct su_session *session, const uint32_t tids[PLACES],
			size_t *ret_index)
{
	bool same = su_proc_inner_tid(session->pid, session->pid) == session->pid;
	unsigned best = PLACES;

	for (size_t i = 0; i < session->threads.len; i++) {
		const struct su_thread *thread = &session->threads.at[i];
		pid_t tid = same ? thread->tid : su_proc_inner_tid(session->pid, thread->tid);

		for (unsigned place = 0; place < best; place++)
			if (thread->state != SU_THREAD_GONE && tid > 0 &&
			    tids[place] == (uint32_t)tid) {
				best = place;
				*ret_index = i;
			}
	}
	return best < PLACES;
}

static bool holder_of(const struct su_session *session, uint64_t word, size_t *ret_index)
{
	uint32_t tids[PLACES];

	for (unsigned i = 0; i < PLACES; i++) {
		if (su_memory_try(&session->memory, word + places[i].off, &tids[i],
				  sizeof(tids[i])) != sizeof(tids[i]))
			tids[i] = 0;
		tids[i] &= places[i].mask;
	}
	return find_holder(session, tids, ret_index);
}

enum su_wait su_futex_wait(const struct su_session *session, size_t index, size_t *ret_holder)
{
	struct su_call call;
	size_t holder = index;

	if (!su_proc_blocked_in(session->pid, session->threads.at[index].tid, &call) ||
	    call.number < 0)
		return SU_WAIT_NONE;
	if (call.number != SYS_futex || !holder_of(session, call.first, &holder) || holder == index)
		return SU_WAIT_UNKNOWN;
	*ret_holder = holder;
	return SU_WAIT_THREAD;
}

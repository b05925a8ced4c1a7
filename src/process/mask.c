/* The signal mask of a stopped thread: see mask.h. */
#include "process/mask.h"

#include <sys/ptrace.h>

#include "process/process_private.h"

bool su_session_get_mask(const struct su_thread *thread, uint64_t *ret)
{
	return !ptrace(PTRACE_GETSIGMASK, thread->tid, sizeof(*ret), ret);
}

bool su_session_set_mask(const struct su_thread *thread, uint64_t mask)
{
	return !ptrace(PTRACE_SETSIGMASK, thread->tid, sizeof(mask), &mask);
}

static bool write_note(const struct su_session *session, const struct su_mask_note *note)
{
	if (!session->mask_note)
		return true;
	struct su_err *err =
		su_memory_write(&session->memory, session->mask_note, note, sizeof(*note));
	bool written = !err;

	su_err_destroy(err);
	return written;
}

bool su_session_lend_mask(struct su_session *session, size_t index, uint64_t mask,
			  struct su_mask_note *ret)
{
	struct su_thread *thread = &session->threads.at[index];
	/* The kernel leaves these two out of every mask. */
	const uint64_t never = UINT64_C(1) << (SIGKILL - 1) | UINT64_C(1) << (SIGSTOP - 1);
	struct su_mask_note note = { .tid = thread->tid, .lent = mask & ~never };

	if (!su_session_get_mask(thread, &note.own) || !write_note(session, &note))
		return false;
	*ret = note;
	return su_session_set_mask(thread, mask);
}

void su_session_return_mask(struct su_session *session, const struct su_mask_note *note)
{
	const struct su_mask_note none = { 0 };
	const struct su_thread *thread = su_session_find(session, note->tid);

	if (thread && thread->state == SU_THREAD_STOPPED)
		su_session_set_mask(thread, note->own);
	write_note(session, &none);
}

bool su_session_redeem_mask(struct su_session *session, const struct su_mask_note *note)
{
	const struct su_thread *thread = note->tid ? su_session_find(session, note->tid) : NULL;
	uint64_t mask;

	return thread && thread->state == SU_THREAD_STOPPED && note->own != note->lent &&
	       su_session_get_mask(thread, &mask) && mask == note->lent &&
	       su_session_set_mask(thread, note->own);
}

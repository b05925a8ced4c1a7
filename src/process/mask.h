/*
 * The signal mask of a stopped thread, as PTRACE_GETSIGMASK and PTRACE_SETSIGMASK have it.
 *
 * One that is changed for a while is lent, one at a time: a note of it is kept in the target's
 * memory where session->mask_note says, so that it can be put right should we die.
 */
#ifndef SU_PROCESS_MASK_H
#define SU_PROCESS_MASK_H

#include "process/session.h"

/* In the target's memory: thread `tid`, whose mask was `own`, has `lent`. tid 0: none. */
struct su_mask_note {
	int32_t tid;
	uint32_t reserved;
	uint64_t own, lent;
};

bool su_session_get_mask(const struct su_thread *thread, uint64_t *ret);
bool su_session_set_mask(const struct su_thread *thread, uint64_t mask);
bool su_session_lend_mask(struct su_session *session, size_t index, uint64_t mask,
			  struct su_mask_note *ret);
void su_session_return_mask(struct su_session *session, const struct su_mask_note *note);
/* All threads are stopped: puts right what the note says. False: the thread has gone on or is not
 * there, and nothing was done. */
bool su_session_redeem_mask(struct su_session *session, const struct su_mask_note *note);

#endif

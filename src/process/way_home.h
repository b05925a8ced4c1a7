/*
 * A way home for a thread whose registers we have changed, should we die before we restore them.
 *
 * The kernel lets the threads of a dead tracer run from the registers that they have.  So a thread
 * that makes system calls for us stands at a `syscall; ret` sequence of the target, and its stack
 * pointer at the address of the C library's signal return code followed by a signal frame that
 * holds all that the thread had: general registers, floating point and vector state, signal mask.
 * Left alone, it finishes the call, returns, and is as before; a system call that our stop had
 * interrupted is made again.
 *
 * The frame lies below the red zone, where a signal's frame would.
 *
 * Source: arch/x86/kernel/signal_64.c (rt_sigframe), psABI x86-64, ptrace(2) NT_X86_XSTATE.
 */
#ifndef SU_PROCESS_WAY_HOME_H
#define SU_PROCESS_WAY_HOME_H

#include "process/proc.h"
#include "process/session.h"
#include "process/texts.h"

/* Looks for the sequences in the process's executable mappings. call is 0 when there is none.
 * `texts` may be NULL. */
struct su_gadgets su_way_home_find(struct su_texts *texts, const struct su_memory *memory,
				   const struct su_maps *maps);

/* The same for the process of a session, for which they are looked for once. */
struct su_gadgets su_way_home_of(struct su_session *session, const struct su_maps *maps);

/* Writes the frame for stopped thread `index` with these registers and mask; *ret_sp gets the
 * stack pointer to run with. False: there is no room for it. */
bool su_way_home_prepare(const struct su_session *session, size_t index,
			 const struct su_gadgets *gadgets, const struct su_maps *maps,
			 const struct user_regs_struct *regs, uint64_t mask, uint64_t *ret_sp);

#endif

/*
 * The frame from which the kernel returns when a signal handler has ended: put on a thread's stack,
 * it gives the thread its registers back without us.
 *
 * The state of floating point and vector registers lies beside it, as ptrace gives it
 * (PTRACE_GETREGSET), with marks for the kernel in it and behind it.
 */
#ifndef SU_ARCH_SIGNAL_FRAME_H
#define SU_ARCH_SIGNAL_FRAME_H

#include <elf.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <ucontext.h>

#include "arch/context.h"

#define SU_SIGNAL_STATE_NOTE NT_X86_XSTATE
#define SU_SIGNAL_STATE_LEAST 576u
#define SU_SIGNAL_STATE_MORE 4u /* bytes behind it */

/* Up to the mask, which is 8 bytes to the kernel. */
struct su_signal_frame {
	uint64_t return_to;
	uint64_t flags, link;
	stack_t stack;
	mcontext_t context;
	uint64_t mask;
};

/* Puts the marks into `size` bytes of state, and into SU_SIGNAL_STATE_MORE behind them. */
void su_signal_state(uint8_t *state, size_t size);

/* The thread goes on as `regs` say; a system call that our stop interrupted is made again, as the
 * kernel would. */
void su_signal_frame_init(struct su_signal_frame *ret, const struct user_regs_struct *regs,
			  uint64_t restorer, uint64_t mask, uint64_t state_addr);

#endif

/*
 * The registers of a stopped thread, as ptrace(2) gives them (PTRACE_GETREGS).
 */
#ifndef SU_ARCH_CONTEXT_H
#define SU_ARCH_CONTEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/ptrace.h>
#include <sys/user.h>

#include "arch/registers.h"

#define SU_CONTEXT_GENERAL (SU_REG_GENERAL_LAST + 1)

uint64_t su_context_pc(const struct user_regs_struct *regs);
uint64_t su_context_sp(const struct user_regs_struct *regs);
uint64_t su_context_thread(const struct user_regs_struct *regs); /* base of thread-local storage */

/* The system call that the thread was stopped in; negative: it was in none. */
int64_t su_context_syscall(const struct user_regs_struct *regs);

/* All general registers, by number. */
void su_context_general(const struct user_regs_struct *regs, uint64_t ret[SU_CONTEXT_GENERAL]);

/* Makes `regs` those of a thread that rests at `pc`, and is in no system call. */
void su_context_rest(struct user_regs_struct *regs, uint64_t pc, uint64_t sp);

/* Puts a system call's number and arguments where the instruction at `pc` takes them from. */
void su_context_put_syscall(struct user_regs_struct *regs, uint64_t pc, uint64_t number,
			    const uint64_t args[6]);
/* Whether a thread, as the kernel says, is at the entry of the system call that was put into `asked`. */
bool su_context_makes_syscall(const struct __ptrace_syscall_info *now,
			      const struct user_regs_struct *asked);
/* At the entry of a system call: there is none. */
void su_context_drop_syscall(struct user_regs_struct *regs);
uint64_t su_context_syscall_argument(const struct user_regs_struct *regs, unsigned number);
int64_t su_context_syscall_result(const struct user_regs_struct *regs);
/* Where PTRACE_POKEUSER writes the result. */
#define SU_CONTEXT_RESULT_OFFSET offsetof(struct user, regs.rax)

#endif

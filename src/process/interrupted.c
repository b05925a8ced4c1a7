/* System calls that a stop of ours interrupts: see interrupted.h. */
#include "process/interrupted.h"

#include <errno.h>
#include <linux/io_uring.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>

#include "arch/context.h"

#define ERESTARTNOHAND 514

/* A call that ended with EINTR, and is as if it had not been made but for the time. */
static bool may_start_again(const struct user_regs_struct *regs)
{
	switch (su_context_syscall(regs)) {
	case SYS_epoll_wait:
	case SYS_epoll_pwait:
		return (int32_t)su_context_syscall_argument(regs, 3) < 0;
	case SYS_epoll_pwait2:
	case SYS_semtimedop:
		return !su_context_syscall_argument(regs, 3);
	case SYS_rt_sigtimedwait:
		return !su_context_syscall_argument(regs, 2);
	case SYS_io_getevents:
	case SYS_io_pgetevents:
		return !su_context_syscall_argument(regs, 4);
	case SYS_io_uring_enter:
		return !(su_context_syscall_argument(regs, 3) & IORING_ENTER_EXT_ARG);
	case SYS_semop:
	/* With a socket that has a time limit; part of the data would have ended them with that. */
	case SYS_accept:
	case SYS_accept4:
	case SYS_read:
	case SYS_readv:
	case SYS_recvfrom:
	case SYS_recvmsg:
	case SYS_sendmsg:
	case SYS_sendto:
	case SYS_write:
	case SYS_writev:
		return true;
	default:
		return false;
	}
}

void su_interrupted_start_again(pid_t tid)
{
	struct user_regs_struct regs;

	if (!ptrace(PTRACE_GETREGS, tid, 0, &regs) && su_context_syscall_result(&regs) == -EINTR &&
	    may_start_again(&regs))
		ptrace(PTRACE_POKEUSER, tid, SU_CONTEXT_RESULT_OFFSET, -(long)ERESTARTNOHAND);
}

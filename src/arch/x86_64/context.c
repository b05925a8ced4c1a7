/* The registers of a stopped thread: see context.h. Source: Linux, arch/x86/entry (system calls). */
#include "arch/context.h"

#include <linux/audit.h>

#include <string.h>

#include "arch/code.h"

uint64_t su_context_pc(const struct user_regs_struct *regs)
{
	return regs->rip;
}

uint64_t su_context_sp(const struct user_regs_struct *regs)
{
	return regs->rsp;
}

uint64_t su_context_thread(const struct user_regs_struct *regs)
{
	return regs->fs_base;
}

int64_t su_context_syscall(const struct user_regs_struct *regs)
{
	return (int64_t)regs->orig_rax;
}

void su_context_general(const struct user_regs_struct *regs, uint64_t ret[SU_CONTEXT_GENERAL])
{
	const uint64_t values[SU_CONTEXT_GENERAL] = {
		[SU_RAX] = regs->rax, [SU_RCX] = regs->rcx, [SU_RDX] = regs->rdx,
		[SU_RBX] = regs->rbx, [SU_RSP] = regs->rsp, [SU_RBP] = regs->rbp,
		[SU_RSI] = regs->rsi, [SU_RDI] = regs->rdi, [SU_R8] = regs->r8,
		[SU_R9] = regs->r9,   [SU_R10] = regs->r10, [SU_R11] = regs->r11,
		[SU_R12] = regs->r12, [SU_R13] = regs->r13, [SU_R14] = regs->r14,
		[SU_R15] = regs->r15,
	};

	memcpy(ret, values, sizeof(values));
}

void su_context_rest(struct user_regs_struct *regs, uint64_t pc, uint64_t sp)
{
	regs->rip = pc;
	regs->rsp = sp;
	regs->orig_rax = UINT64_MAX;
}

void su_context_put_syscall(struct user_regs_struct *regs, uint64_t pc, uint64_t number,
			    const uint64_t args[6])
{
	regs->rip = pc;
	regs->rax = number;
	regs->rdi = args[0];
	regs->rsi = args[1];
	regs->rdx = args[2];
	regs->r10 = args[3];
	regs->r8 = args[4];
	regs->r9 = args[5];
}

int64_t su_context_syscall_result(const struct user_regs_struct *regs)
{
	return (int64_t)regs->rax;
}

uint64_t su_context_syscall_argument(const struct user_regs_struct *regs, unsigned number)
{
	const uint64_t arguments[6] = { regs->rdi, regs->rsi, regs->rdx,
					regs->r10, regs->r8,  regs->r9 };

	return arguments[number];
}

/* Programs of 32 bits have other numbers, and any program may make their calls. */
bool su_context_makes_syscall(const struct __ptrace_syscall_info *now,
			      const struct user_regs_struct *asked)
{
	bool same = now->op == PTRACE_SYSCALL_INFO_ENTRY && now->arch == AUDIT_ARCH_X86_64 &&
		    now->instruction_pointer == asked->rip + su_code_syscall.size &&
		    now->entry.nr == asked->rax;

	for (unsigned i = 0; i < 6 && same; i++)
		same = now->entry.args[i] == su_context_syscall_argument(asked, i);
	return same;
}

void su_context_drop_syscall(struct user_regs_struct *regs)
{
	regs->orig_rax = UINT64_MAX;
}

/*
 * The kernel's rt_sigframe: see signal_frame.h.
 *
 * Source: Linux, arch/x86/kernel/signal_64.c and fpu/signal.c.
 */
#include "arch/signal_frame.h"

#include <string.h>
#include <sys/syscall.h>

#include "arch/code.h"

/* Of the kernel's uc_flags: extended state is there; ss is valid, and restored strictly. */
#define FLAGS_OF_FRAME 7
/* struct _fpx_sw_bytes, in the last 48 bytes of the 512 of the legacy area. */
#define SOFTWARE_BYTES 464
#define XSTATE_MAGIC1 0x46505853u
#define XSTATE_MAGIC2 0x46505845u

void su_signal_state(uint8_t *state, size_t size)
{
	uint32_t magic1 = XSTATE_MAGIC1, magic2 = XSTATE_MAGIC2;
	uint32_t whole = (uint32_t)size, extended = whole + SU_SIGNAL_STATE_MORE;
	uint64_t features;

	/* ptrace puts the mask of enabled features where the frame has its software bytes. */
	memcpy(&features, state + SOFTWARE_BYTES, sizeof(features));
	memset(state + SOFTWARE_BYTES, 0, 48);
	memcpy(state + SOFTWARE_BYTES, &magic1, 4);
	memcpy(state + SOFTWARE_BYTES + 4, &extended, 4);
	memcpy(state + SOFTWARE_BYTES + 8, &features, 8);
	memcpy(state + SOFTWARE_BYTES + 16, &whole, 4);
	memcpy(state + size, &magic2, 4);
}

/* As the kernel would restart the call that our stop has interrupted. */
static void restart_call(const struct user_regs_struct *regs, uint64_t *rip, uint64_t *rax)
{
	int64_t result = (int64_t)regs->rax;

	*rip = regs->rip;
	*rax = regs->rax;
	if ((int64_t)regs->orig_rax < 0 || result > -512 || result < -516 || result == -515)
		return;
	*rip = regs->rip - su_code_syscall.size;
	*rax = result == -516 ? (uint64_t)SYS_restart_syscall : regs->orig_rax;
}

static void fill_context(mcontext_t *context, const struct user_regs_struct *regs,
			 uint64_t state_addr)
{
	uint64_t rip, rax;
	const uint64_t values[] = {
		[REG_R8] = regs->r8,
		[REG_R9] = regs->r9,
		[REG_R10] = regs->r10,
		[REG_R11] = regs->r11,
		[REG_R12] = regs->r12,
		[REG_R13] = regs->r13,
		[REG_R14] = regs->r14,
		[REG_R15] = regs->r15,
		[REG_RDI] = regs->rdi,
		[REG_RSI] = regs->rsi,
		[REG_RBP] = regs->rbp,
		[REG_RBX] = regs->rbx,
		[REG_RDX] = regs->rdx,
		[REG_RAX] = regs->rax,
		[REG_RCX] = regs->rcx,
		[REG_RSP] = regs->rsp,
		[REG_RIP] = regs->rip,
		[REG_EFL] = regs->eflags,
		[REG_CSGSFS] = (regs->cs & 0xffff) | (regs->ss & 0xffff) << 48,
	};

	memcpy(context->gregs, values, sizeof(values));
	restart_call(regs, &rip, &rax);
	context->gregs[REG_RIP] = (greg_t)rip;
	context->gregs[REG_RAX] = (greg_t)rax;
	memcpy(&context->fpregs, &state_addr, sizeof(state_addr));
}

void su_signal_frame_init(struct su_signal_frame *ret, const struct user_regs_struct *regs,
			  uint64_t restorer, uint64_t mask, uint64_t state_addr)
{
	*ret = (struct su_signal_frame){ .return_to = restorer,
					 .flags = FLAGS_OF_FRAME,
					 .mask = mask };
	fill_context(&ret->context, regs, state_addr);
	/* Flags that sigaltstack() refuses: the alternate stack stays what it is. */
	ret->stack.ss_flags = 0x7777;
}

/* A way home for a thread whose registers we have changed: see escape.h. */
#include "process/way_home.h"

#include <elf.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <ucontext.h>

#include "base/alloc.h"

#define RED_ZONE 128
#define MAX_XSTATE (32u << 10)
#define MAX_TEXT (UINT64_C(64) << 20)

/* Of the kernel's uc_flags: extended state is there; ss is valid, and restored strictly. */
#define FLAGS_OF_FRAME 7
/* struct _fpx_sw_bytes, in the last 48 bytes of the 512 of the legacy area. */
#define SOFTWARE_BYTES 464
#define XSTATE_MAGIC1 0x46505853u
#define XSTATE_MAGIC2 0x46505845u

/* The kernel's rt_sigframe up to the mask; its uc_sigmask is 8 bytes. */
struct signal_frame {
	uint64_t return_to;
	uint64_t flags, link;
	stack_t stack;
	mcontext_t context;
	uint64_t mask;
};

/* ---- the code to stand on ---- */

static uint64_t find_bytes(const uint8_t *code, size_t size, uint64_t addr, const char *bytes,
			   size_t count)
{
	const uint8_t *found = memmem(code, size, bytes, count);

	return found ? addr + (uint64_t)(found - code) : 0;
}

static void look_in(const struct su_memory *memory, const struct su_mapping *mapping,
		    struct su_gadgets *gadgets, uint64_t *bare_call)
{
	size_t size =
		mapping->end - mapping->start < MAX_TEXT ? mapping->end - mapping->start : MAX_TEXT;
	uint8_t *code = su_alloc(size);
	uint64_t addr = mapping->start;

	size = su_memory_try(memory, addr, code, size);
	if (!gadgets->call)
		gadgets->call = find_bytes(code, size, addr, "\x0f\x05\xc3", 3);
	if (!*bare_call)
		*bare_call = find_bytes(code, size, addr, "\x0f\x05", 2);
	if (!gadgets->restorer) /* mov $15, %rax; syscall */
		gadgets->restorer =
			find_bytes(code, size, addr, "\x48\xc7\xc0\x0f\0\0\0\x0f\x05", 9);
	if (!gadgets->restorer) /* mov $15, %eax; syscall */
		gadgets->restorer = find_bytes(code, size, addr, "\xb8\x0f\0\0\0\x0f\x05", 7);
	free(code);
}

/* Code of a file or of the vDSO, in which no one but a tracer or a change of the protection can
 * write. */
static bool is_fixed_code(const struct su_maps *maps, const struct su_mapping *mapping)
{
	return mapping->executable && !mapping->writable && !mapping->shared &&
	       (mapping->inode || !strcmp(su_maps_name(maps, mapping), "[vdso]"));
}

struct su_gadgets su_way_home_find(const struct su_memory *memory, const struct su_maps *maps)
{
	struct su_gadgets gadgets = { 0, 0 };
	uint64_t bare_call = 0;

	for (size_t i = 0; i < maps->list.len; i++) {
		const struct su_mapping *mapping = &maps->list.at[i];

		if (gadgets.call && gadgets.restorer)
			break;
		if (is_fixed_code(maps, mapping))
			look_in(memory, mapping, &gadgets, &bare_call);
	}
	if (!gadgets.call || !gadgets.restorer)
		gadgets = (struct su_gadgets){ bare_call, 0 };
	return gadgets;
}

/* ---- the frame ---- */

/* Floating point and vector state in the form of a signal frame; free() it. */
static uint8_t *read_xstate(pid_t tid, size_t *ret_size)
{
	uint8_t *state = su_alloc(MAX_XSTATE + 4);
	struct iovec vector = { state, MAX_XSTATE };
	uint32_t magic1 = XSTATE_MAGIC1, magic2 = XSTATE_MAGIC2;
	uint64_t features;

	if (ptrace(PTRACE_GETREGSET, tid, NT_X86_XSTATE, &vector) || vector.iov_len < 576 ||
	    vector.iov_len >= MAX_XSTATE) {
		free(state);
		return NULL;
	}
	uint32_t size = (uint32_t)vector.iov_len, extended = size + 4;
	/* ptrace puts the mask of enabled features where the frame has its software bytes. */
	memcpy(&features, state + SOFTWARE_BYTES, sizeof(features));
	memset(state + SOFTWARE_BYTES, 0, 48);
	memcpy(state + SOFTWARE_BYTES, &magic1, 4);
	memcpy(state + SOFTWARE_BYTES + 4, &extended, 4);
	memcpy(state + SOFTWARE_BYTES + 8, &features, 8);
	memcpy(state + SOFTWARE_BYTES + 16, &size, 4);
	memcpy(state + size, &magic2, 4);
	*ret_size = size + 4;
	return state;
}

/* As the kernel would restart the call that our stop has interrupted. */
static void restart_call(const struct user_regs_struct *regs, uint64_t *rip, uint64_t *rax)
{
	int64_t result = (int64_t)regs->rax;

	*rip = regs->rip;
	*rax = regs->rax;
	if ((int64_t)regs->orig_rax < 0 || result > -512 || result < -516 || result == -515)
		return;
	*rip = regs->rip - 2;
	*rax = result == -516 ? (uint64_t)SYS_restart_syscall : regs->orig_rax;
}

static void fill_context(mcontext_t *context, const struct user_regs_struct *regs,
			 uint64_t xstate_addr)
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
	memcpy(&context->fpregs, &xstate_addr, sizeof(xstate_addr));
}

bool su_way_home_prepare(const struct su_session *session, size_t index,
			 const struct su_gadgets *gadgets, const struct su_maps *maps,
			 const struct user_regs_struct *regs, uint64_t mask, uint64_t *ret_rsp)
{
	const struct su_mapping *stack = su_maps_at(maps, regs->rsp);
	struct signal_frame frame = { .return_to = gadgets->restorer, .flags = FLAGS_OF_FRAME };
	size_t size;
	uint8_t *xstate = read_xstate(session->threads.at[index].tid, &size);

	if (!xstate)
		return false;
	uint64_t xstate_addr = (regs->rsp - RED_ZONE - size) & -UINT64_C(64);
	uint64_t addr = ((xstate_addr - sizeof(frame)) & -UINT64_C(16)) - 8;
	fill_context(&frame.context, regs, xstate_addr);
	/* Flags that sigaltstack() refuses: the alternate stack stays what it is. */
	frame.stack.ss_flags = 0x7777;
	frame.mask = mask;
	struct su_err *err = NULL;
	bool room = stack && stack->writable && addr > stack->start && addr < regs->rsp;
	if (room)
		err = su_memory_write(&session->memory, xstate_addr, xstate, size);
	if (room && !err)
		err = su_memory_write(&session->memory, addr, &frame, sizeof(frame));
	room = room && !err;
	su_err_destroy(err);
	free(xstate);
	*ret_rsp = addr;
	return room;
}

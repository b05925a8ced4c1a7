/* Making a stray SIGTRAP harmless: see trap.h. */
#include "process/trap.h"

#include <signal.h>
#include <string.h>
#include <sys/syscall.h>

#include "arch/code.h"
#include "base/reason.h"
#include "process/remote.h"

#define MASK_SIZE 8
#define RESTORER_FLAG 0x04000000 /* SA_RESTORER of the kernel */
#define OUR_FLAGS (RESTORER_FLAG | SA_RESTART | SA_ONSTACK)
#define TRAP_BIT (UINT64_C(1) << (SIGTRAP - 1))
#define OLD_AT 256 /* below the stack pointer that remote calls run with */
#define NEW_AT 128

void su_trap_guard_init(struct su_trap_guard *guard, struct su_session *session,
			const struct su_maps *maps)
{
	memset(guard, 0, sizeof(*guard));
	guard->gadgets = su_way_home_of(session, maps);
}

/* rt_sigaction(SIGTRAP): `wanted` may be NULL. */
static struct su_err *exchange_handler(struct su_remote *remote, const struct su_sigaction *wanted,
				       struct su_sigaction *ret_old)
{
	const struct su_memory *memory = &remote->session->memory;
	uint64_t old_at = (remote->sp & -UINT64_C(16)) - OLD_AT;
	uint64_t new_at = (remote->sp & -UINT64_C(16)) - NEW_AT;
	int64_t result;

	if (wanted)
		SU_TRY(su_memory_write(memory, new_at, wanted, sizeof(*wanted)));
	SU_TRY(su_remote_call(
		remote, SYS_rt_sigaction,
		(const uint64_t[6]){ SIGTRAP, wanted ? new_at : 0, old_at, MASK_SIZE }, &result));
	if (result)
		return su_refuse(SU_WHY_SIGACTION_FAILED);
	return su_memory_read(memory, old_at, ret_old, sizeof(*ret_old));
}

static struct su_sigaction our_handler(const struct su_trap_guard *guard)
{
	return (struct su_sigaction){
		.handler = guard->gadgets.call + su_code_syscall.size, /* the return behind it */
		.flags = OUR_FLAGS,
		.restorer = guard->gadgets.restorer,
	};
}

/* Told by what it does: the address differs when libraries were loaded since it was set. */
static bool is_ours(const struct su_memory *memory, const struct su_sigaction *action)
{
	uint8_t code[8];
	size_t size = su_code_syscall_return.size;
	uint64_t at = action->handler - su_code_syscall.size;

	return action->flags == OUR_FLAGS && !action->mask && action->handler > sizeof(code) &&
	       su_memory_try(memory, at, code, size) == size &&
	       !memcmp(code, su_code_syscall_return.bytes, size);
}

/* In the target's memory, so that `status` can tell without a system call of the target. */
static struct su_err *note_handler(const struct su_remote *remote, uint64_t is_set)
{
	const struct su_session *session = remote->session;

	if (!session->trap_note)
		return NULL;
	return su_memory_write(&session->memory, session->trap_note, &is_set, sizeof(is_set));
}

static struct su_err *set_handler(struct su_trap_guard *guard, struct su_remote *remote)
{
	struct su_sigaction wanted = our_handler(guard), old;

	SU_TRY(exchange_handler(remote, NULL, &old));
	/* One that an updater left which was killed is a default action. */
	if (is_ours(&remote->session->memory, &old))
		memset(&old, 0, sizeof(old));
	guard->safe = old.handler != (uint64_t)(uintptr_t)SIG_DFL;
	if (guard->safe)
		return NULL;
	guard->old = old;
	SU_TRY(note_handler(remote, true));
	SU_TRY(exchange_handler(remote, &wanted, &old));
	guard->safe = guard->set = true;
	return NULL;
}

static struct su_err *unset_handler(struct su_trap_guard *guard, struct su_remote *remote)
{
	struct su_sigaction old;

	guard->set = false;
	SU_TRY(exchange_handler(remote, NULL, &old));
	/* Otherwise the program has set one meanwhile. */
	if (is_ours(&remote->session->memory, &old))
		SU_TRY(exchange_handler(remote, &guard->old, &old));
	return note_handler(remote, false);
}

static struct su_err *
with_thread(struct su_trap_guard *guard, struct su_session *session, const struct su_maps *maps,
	    struct su_err *(*work)(struct su_trap_guard *, struct su_remote *))
{
	struct su_remote remote;
	size_t index = 0;

	while (index < session->threads.len &&
	       session->threads.at[index].state != SU_THREAD_STOPPED)
		index++;
	if (index == session->threads.len)
		return su_err_new(SU_E_GONE, "process %d has exited", session->pid);
	SU_TRY(su_remote_begin(session, index, &guard->gadgets, maps, &remote));
	struct su_err *err = work(guard, &remote), *end = su_remote_end(&remote);
	if (!end)
		return err;
	su_err_destroy(err);
	return end;
}

struct su_err *su_trap_guard_take(struct su_trap_guard *guard, struct su_session *session,
				  const struct su_maps *maps)
{
	if (guard->tried)
		return NULL;
	guard->tried = true;
	/* Without the way home of escape.h there is no `ret` either. */
	if (!guard->gadgets.restorer)
		return NULL;
	struct su_err *err = with_thread(guard, session, maps, set_handler);
	if (!err || su_err_code(err) == SU_E_DAMAGED || su_err_code(err) == SU_E_GONE)
		return err;
	su_err_destroy(err); /* nothing is stepped then */
	return NULL;
}

struct su_err *su_trap_guard_drop(struct su_trap_guard *guard, struct su_session *session,
				  const struct su_maps *maps)
{
	return guard->set ? with_thread(guard, session, maps, unset_handler) : NULL;
}

static struct su_err *look_at_handler(struct su_trap_guard *guard, struct su_remote *remote)
{
	struct su_sigaction old;

	SU_TRY(exchange_handler(remote, NULL, &old));
	guard->set = is_ours(&remote->session->memory, &old);
	return NULL;
}

bool su_trap_is_caught(pid_t pid)
{
	return su_proc_status_number(pid, pid, "SigCgt", 16, 0) & TRAP_BIT;
}

struct su_err *su_trap_guard_remove_left(struct su_session *session, const struct su_maps *maps,
					 bool *ret)
{
	struct su_trap_guard guard;

	*ret = false;
	/* No call is made in a process that cannot have it. */
	if (!su_trap_is_caught(session->pid))
		return NULL;
	su_trap_guard_init(&guard, session, maps);
	if (!guard.gadgets.restorer)
		return NULL;
	SU_TRY(with_thread(&guard, session, maps, look_at_handler));
	*ret = guard.set;
	return su_trap_guard_drop(&guard, session, maps);
}

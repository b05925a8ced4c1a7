/* A way home for a thread whose registers we have changed: see way_home.h. */
#include "process/way_home.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <unistd.h>

#include "arch/abi.h"
#include "arch/signal_frame.h"
#include "base/alloc.h"

#define MAX_STATE (32u << 10)

/* ---- the code to stand on ---- */

/* Code of a file or of the vDSO, in which no one but a tracer or a change of the protection can
 * write. */
static bool is_fixed_code(const struct su_maps *maps, const struct su_mapping *mapping)
{
	return mapping->executable && !mapping->writable && !mapping->shared &&
	       (mapping->inode || !strcmp(su_maps_name(maps, mapping), "[vdso]"));
}

static void set_first(uint64_t *place, uint64_t addr)
{
	if (!*place)
		*place = addr;
}

/* A page that was written to is the process's own.  Where the kernel does not say that there is the
 * check at the entry of each call alone (remote.h). */
static void choose_gadgets(const struct su_text_finds *finds, struct su_gadgets *gadgets,
			   uint64_t *bare_call)
{
	for (size_t i = 0; i < finds->list.len; i++) {
		const struct su_text_find *find = &finds->list.at[i];

		if (find->is_own)
			continue;
		if (find->what == SU_TEXT_CALL_RETURN)
			set_first(&gadgets->call, find->addr);
		else if (find->what == SU_TEXT_RESTORER)
			set_first(&gadgets->restorer, find->addr);
		else
			set_first(bare_call, find->addr);
	}
}

struct su_gadgets su_way_home_find(struct su_texts *texts, const struct su_memory *memory,
				   const struct su_maps *maps)
{
	struct su_gadgets gadgets = { 0, 0 };
	struct su_text_finds finds = { 0 };
	uint64_t bare_call = 0;

	for (size_t i = 0; i < maps->list.len; i++) {
		if (gadgets.call && gadgets.restorer)
			break;
		if (!is_fixed_code(maps, &maps->list.at[i]))
			continue;
		finds.list.len = 0;
		su_texts_search(texts, memory, &maps->list.at[i], &finds);
		choose_gadgets(&finds, &gadgets, &bare_call);
	}
	su_vec_deinit(&finds.list);
	if (!gadgets.call || !gadgets.restorer)
		gadgets = (struct su_gadgets){ bare_call, 0 };
	return gadgets;
}

struct su_gadgets su_way_home_of(struct su_session *session, const struct su_maps *maps)
{
	if (!session->gadgets.call)
		session->gadgets =
			su_way_home_find(su_session_texts(session), &session->memory, maps);
	return session->gadgets;
}

/* ---- the frame ---- */

/* Floating point and vector state; free() it. There is room for SU_SIGNAL_STATE_MORE behind it. */
static uint8_t *read_state(pid_t tid, size_t *ret_size)
{
	uint8_t *state = su_alloc(MAX_STATE + SU_SIGNAL_STATE_MORE);
	struct iovec vector = { state, MAX_STATE };

	if (ptrace(PTRACE_GETREGSET, tid, SU_SIGNAL_STATE_NOTE, &vector) ||
	    vector.iov_len < SU_SIGNAL_STATE_LEAST || vector.iov_len >= MAX_STATE) {
		free(state);
		return NULL;
	}
	su_signal_state(state, vector.iov_len);
	*ret_size = vector.iov_len + SU_SIGNAL_STATE_MORE;
	return state;
}

bool su_way_home_prepare(const struct su_session *session, size_t index,
			 const struct su_gadgets *gadgets, const struct su_maps *maps,
			 const struct user_regs_struct *regs, uint64_t mask, uint64_t *ret_sp)
{
	uint64_t sp = su_context_sp(regs);
	const struct su_mapping *stack = su_maps_at(maps, sp);
	size_t size;
	uint8_t *state = read_state(session->threads.at[index].tid, &size);
	struct su_signal_frame frame;

	if (!state)
		return false;
	uint64_t state_addr = (sp - SU_ABI_RED_ZONE - size) & -UINT64_C(64);
	uint64_t addr = ((state_addr - sizeof(frame)) & -UINT64_C(16)) - 8;
	su_signal_frame_init(&frame, regs, gadgets->restorer, mask, state_addr);
	struct su_err *err = NULL;
	bool room = stack && stack->writable && addr > stack->start && addr < sp;
	if (room)
		err = su_memory_write(&session->memory, state_addr, state, size);
	if (room && !err)
		err = su_memory_write(&session->memory, addr, &frame, sizeof(frame));
	room = room && !err;
	su_err_destroy(err);
	free(state);
	*ret_sp = addr;
	return room;
}

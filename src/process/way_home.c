/* A way home for a thread whose registers we have changed: see way_home.h. */
#include "process/way_home.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <unistd.h>

#include "arch/abi.h"
#include "arch/code.h"
#include "arch/signal_frame.h"
#include "base/alloc.h"

#define MAX_STATE (32u << 10)
#define PAGE UINT64_C(4096)
#define MAX_TEXT (UINT64_C(64) << 20)

/* ---- the code to stand on ---- */

/* The pages of a process, and whether each is still the file's: one that was written to is the
 * process's own (proc(5), pagemap).  Where the kernel does not say there is the check at the entry of
 * each call alone (remote.h). */
struct pages {
	int fd;
};

#define OF_FILE (UINT64_C(1) << 61)
#define SWAPPED (UINT64_C(1) << 62)
#define PRESENT (UINT64_C(1) << 63)

static bool is_as_loaded(const struct pages *pages, uint64_t addr, size_t size)
{
	for (uint64_t page = addr / PAGE; page <= (addr + size - 1) / PAGE; page++) {
		uint64_t entry;

		if (pages->fd < 0 || pread(pages->fd, &entry, sizeof(entry),
					   (off_t)(page * sizeof(entry))) != sizeof(entry))
			continue;
		if (entry & SWAPPED || (entry & PRESENT && !(entry & OF_FILE)))
			return false;
	}
	return true;
}

/* The first place that has these bytes, and has them from its file; 0: there is none. */
static uint64_t find_bytes(const struct pages *pages, const uint8_t *code, size_t size,
			   uint64_t addr, const struct su_code_bytes *wanted)
{
	const uint8_t *at = code, *found;

	while ((found = memmem(at, size - (size_t)(at - code), wanted->bytes, wanted->size))) {
		uint64_t place = addr + (uint64_t)(found - code);

		if (is_as_loaded(pages, place, wanted->size))
			return place;
		at = found + 1;
	}
	return 0;
}

static void look_in(const struct su_memory *memory, const struct pages *pages,
		    const struct su_mapping *mapping, struct su_gadgets *gadgets,
		    uint64_t *bare_call)
{
	size_t size =
		mapping->end - mapping->start < MAX_TEXT ? mapping->end - mapping->start : MAX_TEXT;
	uint8_t *code = su_alloc(size);
	uint64_t addr = mapping->start;

	size = su_memory_try(memory, addr, code, size);
	if (!gadgets->call)
		gadgets->call = find_bytes(pages, code, size, addr, &su_code_syscall_return);
	if (!*bare_call)
		*bare_call = find_bytes(pages, code, size, addr, &su_code_syscall);
	for (size_t i = 0; i < SU_CODE_RESTORERS && !gadgets->restorer; i++)
		gadgets->restorer = find_bytes(pages, code, size, addr, &su_code_restorers[i]);
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
	struct pages pages = { su_maps_open_pages(memory->pid) };
	uint64_t bare_call = 0;

	for (size_t i = 0; i < maps->list.len; i++) {
		const struct su_mapping *mapping = &maps->list.at[i];

		if (gadgets.call && gadgets.restorer)
			break;
		if (is_fixed_code(maps, mapping))
			look_in(memory, &pages, mapping, &gadgets, &bare_call);
	}
	if (pages.fd >= 0)
		close(pages.fd);
	if (!gadgets.call || !gadgets.restorer)
		gadgets = (struct su_gadgets){ bare_call, 0 };
	return gadgets;
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

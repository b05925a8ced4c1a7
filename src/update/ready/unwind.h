/*
 * The exact frames of one stopped thread, by call frame information alone.
 *
 * The tables come from the files behind the mappings (opened through /proc/PID/map_files, so that
 * deleted and replaced files are the mapped ones), the vDSO's memory, and the patches' own
 * .eh_frame.  Nothing is guessed: a frame without a table row, or a row that cannot be evaluated,
 * ends the walk as incomplete; only an undefined return address (_start, clone) is the end.
 *
 * Source: DWARF 5 section 6.4, psABI x86-64 (register numbers), libdw's CFI rows.
 */
#ifndef SU_UPDATE_READY_UNWIND_H
#define SU_UPDATE_READY_UNWIND_H

#include <stdbool.h>
#include <sys/user.h>

#include "arch/abi.h"
#include "arch/context.h"
#include "patch/reader.h"
#include "process/memory.h"
#include "process/proc.h"
#include "update/ready/tables.h"

struct su_unwinder;

/* Opens the files of all mappings. Files that cannot be read are left out. What is in `tables`, which
 * must outlive the unwinder, is not read again; it may be NULL. */
struct su_unwinder *su_unwinder_create(struct su_tables *tables, const struct su_memory *memory,
				       const struct su_maps *maps);
void su_unwinder_destroy(struct su_unwinder *unwinder); /* takes NULL */
/* Code at [base, base + span) is that of `patch`. */
void su_unwinder_add_patch(struct su_unwinder *unwinder, const struct su_patch *patch,
			   uint64_t base);

/* Memory copied while the threads were stopped: it is asked first. */
struct su_snapshot {
	uint64_t addr;
	const uint8_t *bytes;
	size_t size;
};

struct su_frame {
	uint64_t pc;
	uint64_t sp;	/* the stack pointer in this frame */
	bool is_return; /* pc is a return address; otherwise the next instruction to run */
	/* Where what this frame has in each callee-saved register (su_abi_saved) is now: in a
	 * frame further in, SU_FRAME_IN_REGISTER, or SU_FRAME_NOWHERE. */
	uint64_t saved[SU_ABI_SAVED_COUNT];
};

#define SU_FRAME_IN_REGISTER 0
#define SU_FRAME_NOWHERE UINT64_MAX

/* Calls `visit` for each frame, innermost first, until it returns false. True: the walk reached
 * the thread's start. `memory` is that of the unwinder's process, or of one that was forked from
 * it. With `only_snapshots` the process itself is not read. */
bool su_unwind(struct su_unwinder *unwinder, const struct su_memory *memory,
	       const struct user_regs_struct *regs, const struct su_snapshot *snapshots,
	       size_t snapshot_count, bool only_snapshots,
	       bool (*visit)(void *ctx, const struct su_frame *frame), void *ctx);

#endif

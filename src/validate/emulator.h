/*
 * A processor with the world's memory: the only file that knows Unicorn is emulator.c.
 *
 * Code is run from one event to the next: it leaves the function, comes to a watched address, uses
 * memory that is not there, or has had its share of instructions.  Between two runs only what was
 * written is put back.
 */
#ifndef SU_VALIDATE_EMULATOR_H
#define SU_VALIDATE_EMULATOR_H

#include "arch/insn.h"
#include "validate/world.h"

/* The code of one version of one function, decoded. */
struct su_trial_code {
	struct {
		uint64_t addr, size;
		int32_t *insn_at; /* by distance: number of the instruction, or -1 */
	} parts[4];
	size_t part_count;
	uint64_t entry;
	SU_VEC(struct su_insn) insns;
	SU_VEC(uint8_t) watched;  /* by instruction: runs stop in front of it */
	SU_VEC(uint16_t) written; /* by instruction: general registers */
	bool moves_sp; /* its frame has a size or an alignment that is known at run time only */
	bool uses_vectors;
};

void su_trial_code_add(struct su_trial_code *code, const struct su_world *world, uint64_t addr,
		       uint64_t size);
void su_trial_code_watch(struct su_trial_code *code, uint64_t addr);
void su_trial_code_deinit(struct su_trial_code *code);
/* The instruction at `addr`, or NULL when it is not of this code. */
const struct su_insn *su_trial_code_at(const struct su_trial_code *code, uint64_t addr);

enum su_event {
	SU_EVENT_LEFT = 0, /* at an address of other code, which has not been run */
	SU_EVENT_WATCHED,  /* at a watched address, not run yet */
	SU_EVENT_FAULT,	   /* what it does cannot be done */
	SU_EVENT_LIMIT,
};

struct su_emulator;

/* What a run tells while it goes on. */
struct su_listener {
	void *ctx;
	/* Before memory is written; not of the stack and of the patch's own variables. */
	void (*wrote)(void *ctx, uint64_t addr, uint32_t size, uint64_t value, uint64_t pc);
	/* NULL, or before memory is read. */
	void (*read)(void *ctx, uint64_t addr, uint32_t size);
	/* NULL, or before each comparison. */
	void (*compares)(void *ctx, const struct su_insn *insn);
};

struct su_err *su_emulator_create(const struct su_world *world,
				  struct su_emulator **ret) SU_MUST_CHECK;
void su_emulator_destroy(struct su_emulator *emulator); /* takes NULL */

/* Memory and registers as at the start of a run. */
void su_emulator_reset(struct su_emulator *emulator);
void su_emulator_listen(struct su_emulator *emulator, const struct su_listener *listener);
/* Which code is the function's own from here on. */
void su_emulator_set_code(struct su_emulator *emulator, const struct su_trial_code *code);
/* Runs from `addr`; *ret_at is where it stands. A watched `addr` is run. */
enum su_event su_emulator_run(struct su_emulator *emulator, uint64_t addr, uint64_t *limit,
			      uint64_t *ret_at);
/* The last instruction of the own code that was run, or 0. */
uint64_t su_emulator_last(const struct su_emulator *emulator);

uint64_t su_emulator_reg(struct su_emulator *emulator, uint8_t reg); /* vector: its low half */
void su_emulator_set_reg(struct su_emulator *emulator, uint8_t reg, uint64_t value);
/* False when it is not all in one region. */
bool su_emulator_read(const struct su_emulator *emulator, uint64_t addr, void *ret, uint64_t size);
bool su_emulator_write(struct su_emulator *emulator, uint64_t addr, const void *bytes,
		       uint64_t size);
/* Bit n: general register n was written by the function's own code since bits were last set. */
uint32_t su_emulator_fresh(const struct su_emulator *emulator);
/* These count as written, and no others. */
void su_emulator_set_fresh(struct su_emulator *emulator, uint32_t bits);
/* Which bytes of the stack were written in this run: bit i of the result is of addr + i. */
uint64_t su_emulator_written(const struct su_emulator *emulator, uint64_t addr, uint32_t size);
/* Copies of all that was written in a region, to be put into another run. */
struct su_pages {
	uint64_t region_addr;
	SU_VEC(uint32_t) numbers;
	SU_VEC(uint8_t) bytes;
};
void su_emulator_save(const struct su_emulator *emulator, enum su_region_kind kind,
		      struct su_pages *ret);
void su_emulator_load(struct su_emulator *emulator, const struct su_pages *pages);
void su_pages_deinit(struct su_pages *pages);

#endif

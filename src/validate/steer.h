/*
 * Which inputs are tried next: from what a run compares, and what it stumbles over.
 *
 * A run tells where each value came from.  When a comparison has such a value on one side, an input
 * in which it is what stands on the other side takes the other branch.
 */
#ifndef SU_VALIDATE_STEER_H
#define SU_VALIDATE_STEER_H

#include "arch/insn.h"
#include "validate/emulator.h"
#include "validate/trial_input.h"

#define SU_RECENT 96u

/* A comparison, or an access that failed: what came of it in any run, and was tried in vain. */
struct su_branch {
	uint8_t seen;	  /* bit n: outcome n */
	uint8_t tries[8]; /* by outcome */
};

/* A change of an input that should have one outcome. */
struct su_want {
	struct su_exception exception;
	struct su_branch *branch;
	uint8_t outcome;
};

struct su_steering {
	struct su_emulator *emulator;
	struct {
		struct su_origin origin;
		uint64_t value;
	} recent[SU_RECENT];
	size_t recent_count; /* all there ever were; the newest overwrite the oldest */
	SU_VEC(struct su_want) wanted;
	struct su_map *branches; /* address -> struct su_branch */
	struct su_arena *arena;
	bool fresh; /* the run had an outcome that none had before */
	uint64_t random;
};

void su_steering_init(struct su_steering *steering, struct su_emulator *emulator);
void su_steering_deinit(struct su_steering *steering);
/* Its outcome was never seen, and not yet tried often. */
bool su_want_is_open(const struct su_want *want);

void su_steering_note(struct su_steering *steering, struct su_origin origin, uint64_t value);
/* The address of a memory operand, in front of its instruction. */
uint64_t su_steering_address(struct su_steering *steering, const struct su_operand *operand);
void su_steering_compares(struct su_steering *steering, const struct su_insn *insn);
/* The instruction used an address where nothing is. */
void su_steering_fault(struct su_steering *steering, const struct su_insn *insn, uint64_t random);

#endif

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

struct su_steering {
	struct su_emulator *emulator;
	struct {
		struct su_origin origin;
		uint64_t value;
	} recent[SU_RECENT];
	size_t recent_count; /* all there ever were; the newest overwrite the oldest */
	SU_VEC(struct su_exception) wanted;
	struct su_map *outcomes; /* comparison -> which outcomes were seen */
	bool fresh;		 /* the run had one that none had before */
	uint64_t random;
};

void su_steering_note(struct su_steering *steering, struct su_origin origin, uint64_t value);
void su_steering_compares(struct su_steering *steering, const struct su_insn *insn);
/* The instruction used an address where nothing is. */
void su_steering_fault(struct su_steering *steering, const struct su_insn *insn, uint64_t random);

#endif

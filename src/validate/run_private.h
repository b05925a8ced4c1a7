/*
 * What the files of a runner share: run.c runs a version and listens, outside.c stands in for what it
 * calls, mixed.c changes versions on the way.
 */
#ifndef SU_VALIDATE_RUN_PRIVATE_H
#define SU_VALIDATE_RUN_PRIVATE_H

#include "validate/callee.h"
#include "validate/run.h"

#define SU_MAX_STEPS 12000u /* of one run */

/* At which arrival a run is to end. */
struct su_stop {
	size_t arrival; /* at this one; SIZE_MAX: at none */
	uint32_t point; /* at any at this point; UINT32_MAX: at none */
};

#define SU_STOP_NOWHERE ((struct su_stop){ SIZE_MAX, UINT32_MAX })

struct su_counted {
	uint64_t callee, calls;
};

/* Frame memory that an answered call wrote. */
struct su_filled {
	uint64_t addr, callee, number;
	uint32_t size;
};

struct su_runner {
	const struct su_trial *trial;
	struct su_emulator *emulator;
	struct su_callees *callees;
	struct su_listener listener;
	/* Of the run under way: */
	const struct su_input *input;
	const struct su_trial_side *side;
	struct su_steering *steering;
	struct su_trace *trace;
	SU_VEC(struct su_counted) counted;
	SU_VEC(struct su_filled) filled;
	struct su_stop stop;
	uint64_t version; /* in its noise */
	uint32_t fresh;	  /* registers written since the call before the one under way */
};

#define SU_RUNNER_PRESERVED 6

extern const uint8_t su_runner_arguments[SU_TRIAL_ARGUMENTS];
extern const uint8_t su_runner_preserved[SU_RUNNER_PRESERVED];

/* The input's value of that origin; the steering learns of it. */
uint64_t su_runner_input_value(struct su_runner *runner, struct su_origin origin);
/* Which call of the callee this is, from 0. */
uint64_t su_runner_count_call(struct su_runner *runner, uint64_t callee);

/* A call, or a jump, to other code at `addr`. Gives the address where it returns to, or 0. */
uint64_t su_runner_answer_call(struct su_runner *runner, uint64_t addr);
void su_runner_record_return(struct su_runner *runner);

/* Runs a version from its entry. */
void su_runner_start(struct su_runner *runner, bool to, const struct su_input *input,
		     struct su_steering *steering, struct su_stop stop, struct su_trace *trace);
/* Lets the run go on at `at`. */
void su_runner_go(struct su_runner *runner, uint64_t at);

#endif

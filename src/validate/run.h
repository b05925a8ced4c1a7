/*
 * One run of a function on trial: what it is given, what it does that others can see.
 *
 * Calls are not made but answered, from the input.  Afterwards registers that the callee may write
 * hold noise.  The run ends when the function returns, calls what does not, does what cannot be
 * done, or has had its share.
 */
#ifndef SU_VALIDATE_RUN_H
#define SU_VALIDATE_RUN_H

#include "validate/emulator.h"
#include "validate/trial_input.h"

/* ---- what is on trial ---- */

/* A frame object whose address may be passed at a call. */
struct su_trial_object {
	uint64_t site; /* return address of the call */
	int64_t off;   /* from the CFA */
	uint32_t size;
	uint64_t key; /* of the variable, the same in both versions */
	bool shared;  /* both versions have it, of one size */
};

struct su_trial_side {
	struct su_trial_code code;
	SU_VEC(struct su_trial_object) objects; /* those of a site stand together */
	struct su_map *first_object;		/* site -> number + 1 */
};

struct su_trial_point {
	size_t record;		 /* index of the patch's checkpoint */
	uint64_t from, to, stub; /* addresses; stub 0: none */
	bool by_return, any_way; /* how `from` counts as reached */
	bool needs_twin;	 /* some of it is what the new version has there by itself */
};

/* One function in one direction. */
struct su_trial {
	const struct su_world *world;
	uint32_t function;
	enum su_direction direction;
	struct su_trial_side from, to;
	unsigned pointers; /* bit n: argument n is one */
	SU_VEC(struct su_trial_point) points;
};

/* Where neither version uses a vector register, none is set or looked at. */
static inline bool su_trial_uses_vectors(const struct su_trial *trial)
{
	return trial->from.code.uses_vectors || trial->to.code.uses_vectors;
}

#define SU_MAX_STORED 600u /* more stores are not kept */

/* ---- what a run does ---- */

#define SU_CALLEE_RETURN UINT64_C(1)
#define SU_TRIAL_ARGUMENTS 8 /* rdi, rsi, rdx, rcx, r8, r9, xmm0, xmm1 */
#define SU_RETURN_VALUES 10  /* rax, xmm0, rbx, rbp, r12, r13, r14, r15, rsp, unused */
#define SU_CONTENT 64

/* Bytes of a frame object that a call reads. */
struct su_content {
	uint8_t argument;
	uint64_t mask; /* which of them were ever written */
	uint8_t bytes[SU_CONTENT];
};

struct su_effect {
	uint64_t callee; /* or SU_CALLEE_RETURN */
	uint64_t site;	 /* the return address; of a jump to a function: the jump's; 0: return */
	uint64_t values[SU_RETURN_VALUES];
	size_t writes, contents; /* how many of the run's come before; and up to here */
};

/* A word of memory outside of the frame, after a store. */
struct su_stored {
	uint64_t addr, before, value, pc;
};

struct su_arrival {
	uint32_t point;
	size_t effects; /* so many came before */
	uint32_t fresh; /* registers written since the last of them */
};

enum su_end {
	SU_END_RETURN = 0,
	SU_END_STOPPED, /* where the caller wanted it */
	SU_END_NO_RETURN,
	SU_END_FAULT,
	SU_END_LIMIT,
};

struct su_trace {
	SU_VEC(struct su_effect) effects;
	SU_VEC(struct su_stored) stored;
	SU_VEC(struct su_content) contents;
	SU_VEC(struct su_arrival) arrivals;
	enum su_end end;
	uint64_t steps;
};

void su_trace_deinit(struct su_trace *trace);

/* ---- runs ---- */

struct su_steering;
struct su_runner;

/* With a processor of its own, and what it comes to know of called functions: for one thread. */
struct su_err *su_runner_create(const struct su_world *world, struct su_runner **ret) SU_MUST_CHECK;
void su_runner_destroy(struct su_runner *runner); /* takes NULL */
/* What is run from here on. */
void su_runner_take(struct su_runner *runner, const struct su_trial *trial);
/* The processor as the last run has left it. */
struct su_emulator *su_runner_emulator(struct su_runner *runner);

/* A state at `to`, as the version that has it by itself comes there. */
struct su_twin {
	uint64_t regs[16];
	struct su_pages stack, patch;
};

void su_twin_deinit(struct su_twin *twin);

/* Runs one version from entry to end. `steering` may be NULL. */
void su_run_whole(struct su_runner *runner, bool to, const struct su_input *input,
		  struct su_steering *steering, struct su_trace *ret);
/* Runs `to` up to its arrival number `arrival` and keeps the state. */
bool su_run_twin(struct su_runner *runner, const struct su_input *input, size_t arrival,
		 struct su_twin *ret);
/* Where a mixed run changes versions. */
struct su_change_over {
	const struct su_trial_point *point;
	size_t arrival; /* of `from`, at the point */
	/* What `to` has done by itself when it is there: calls that it alone makes count on. */
	const struct su_trace *to;
	size_t to_effects;
	uint32_t to_fresh;	    /* and which registers it has written since the last of them */
	const struct su_twin *twin; /* NULL when the point needs none */
};

/* Runs `from` up to there, then the stub, then `to`: whose effects *ret has. */
bool su_run_mixed(struct su_runner *runner, const struct su_input *input,
		  const struct su_change_over *over, struct su_trace *ret);

struct su_registers {
	uint64_t general[16];
};

/* The registers at `to` of such a run, before it goes on. */
bool su_run_carried(struct su_runner *runner, const struct su_input *input, size_t arrival,
		    const struct su_trial_point *point, struct su_registers *ret);
/* Runs `to` until it comes to point number `point`, changes the numbers in its preserved registers, by
 * others for each `random`, and lets it come there again, up to `count` times: the registers each
 * time. Returns how many. */
size_t su_run_shaken(struct su_runner *runner, const struct su_input *input, uint32_t point,
		     uint64_t random, struct su_registers *ret, size_t count);

/* Registers that hold nothing. */
static inline bool su_is_noise(uint64_t value)
{
	return value >> 48 == 0xbad0 || value >> 48 == 0xbad1;
}

#endif

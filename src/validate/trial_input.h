/*
 * An input of a run: one number that all arguments and answers follow from, and exceptions.
 *
 * Which version asks makes no difference: an answer belongs to a callee and to how often that was
 * called before.
 */
#ifndef SU_VALIDATE_TRIAL_INPUT_H
#define SU_VALIDATE_TRIAL_INPUT_H

#include "base/vec.h"
#include "validate/world.h"

enum su_origin_kind {
	SU_ORIGIN_ARGUMENT = 0, /* `number`: which */
	SU_ORIGIN_ANSWER,	/* of callee `where`; `number`: how often it was called before */
	SU_ORIGIN_FILL,	  /* what the call wrote to argument `number & 7`, word `number >> 32` */
	SU_ORIGIN_MEMORY, /* at address `where`, when the run starts */
};

/* Where a value comes from. */
struct su_origin {
	enum su_origin_kind kind;
	uint64_t where, number;
};

struct su_exception {
	struct su_origin origin;
	uint64_t value;
};

/* Number of an answer: each of the callee's first `count`. */
#define SU_FIRST_CALLS(count) (UINT64_C(1) << 63 | (count))

struct su_input {
	uint64_t seed;
	unsigned pointers; /* bit n: argument n is one, as debug information says */
	SU_VEC(struct su_exception) exceptions; /* the last one counts */
};

uint64_t su_input_value(const struct su_input *input, const struct su_origin *origin);
struct su_input su_input_copy(const struct su_input *input);
void su_input_deinit(struct su_input *input);
/* In words, and as su_input_parse() reads it; allocated. */
char *su_input_format(const struct su_input *input, const struct su_world *world);
/* "SEED:POINTERS", then for each exception ":KIND,WHERE,NUMBER,VALUE", all hexadecimal. False when it
 * is something else: *ret then is empty. */
bool su_input_parse(const char *text, struct su_input *ret);

#endif

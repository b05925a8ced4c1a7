/* Inputs of runs: see trial_input.h. */
#include "validate/trial_input.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_range(const struct su_origin *origin)
{
	return origin->kind == SU_ORIGIN_ANSWER && origin->number >> 63;
}

static bool is_for(const struct su_origin *exception, const struct su_origin *origin)
{
	if (exception->kind != origin->kind || exception->where != origin->where)
		return false;
	if (is_range(exception))
		return origin->number < exception->number - SU_FIRST_CALLS(0);
	return exception->number == origin->number;
}

/* A number or a pointer; numbers are small, for sums of them not to overflow. */
static uint64_t plain_value(uint64_t kind, uint64_t random)
{
	switch (kind & 7) {
	case 0:
	case 1:
		return 0;
	case 2:
		return 1;
	case 3:
		return 2 + random % 40;
	case 4:
	case 5:
		return su_world_pointer(random >> 8);
	case 6:
		return UINT64_MAX;
	default:
		return random % 3;
	}
}

/* Calls of one callee answer alike, up to one from which on they answer otherwise: loops go round, so
 * often, and end. */
static uint64_t answer(const struct su_input *input, const struct su_origin *origin)
{
	uint64_t of_callee = su_world_mix(input->seed, origin->where);
	uint64_t of_call = su_world_mix(of_callee, origin->number + 1);
	uint64_t turn = of_callee >> 8 & 7, kind = of_callee >> 16;

	if (origin->number > turn && turn < 6)
		kind = of_callee >> 24;
	if (of_call % 12 == 0)
		kind = of_call >> 16;
	return plain_value(kind, of_call);
}

static uint64_t argument(const struct su_input *input, const struct su_origin *origin)
{
	uint64_t random = su_world_mix(input->seed, origin->number + 100);

	if (origin->number < 6 && input->pointers >> origin->number & 1 && random % 4)
		return su_world_pointer(random >> 8);
	return plain_value(random >> 16, random >> 24);
}

uint64_t su_input_value(const struct su_input *input, const struct su_origin *origin)
{
	for (size_t i = input->exceptions.len; i-- > 0;) {
		if (is_for(&input->exceptions.at[i].origin, origin))
			return input->exceptions.at[i].value;
	}
	if (origin->kind == SU_ORIGIN_ANSWER)
		return answer(input, origin);
	if (origin->kind == SU_ORIGIN_ARGUMENT)
		return argument(input, origin);
	return su_world_word(su_world_mix(su_world_mix(input->seed, origin->where),
					  origin->number + origin->kind));
}

struct su_input su_input_copy(const struct su_input *input)
{
	struct su_input copy = { .seed = input->seed, .pointers = input->pointers };

	for (size_t i = 0; i < input->exceptions.len; i++)
		su_vec_push(&copy.exceptions, input->exceptions.at[i]);
	return copy;
}

void su_input_deinit(struct su_input *input)
{
	su_vec_deinit(&input->exceptions);
}

static void format_call(FILE *out, const struct su_origin *origin, const struct su_world *world)
{
	const char *name = su_world_callee_name(world, origin->where);
	bool fills = origin->kind == SU_ORIGIN_FILL;

	if (is_range(origin))
		fprintf(out, ", the first %" PRIu64 " %s", origin->number - SU_FIRST_CALLS(0),
			name);
	else
		fprintf(out, ", %s#%" PRIu64 "%s", name,
			fills ? origin->number >> 8 & 0xffffff : origin->number,
			fills ? " writes" : "");
}

static void format_exception(FILE *out, const struct su_exception *exception,
			     const struct su_world *world)
{
	const struct su_origin *origin = &exception->origin;

	if (origin->kind == SU_ORIGIN_ARGUMENT)
		fprintf(out, ", argument %" PRIu64, origin->number + 1);
	else if (origin->kind == SU_ORIGIN_MEMORY)
		fprintf(out, ", memory at 0x%" PRIx64,
			origin->where - world->regions[SU_REGION_IMAGE].addr);
	else
		format_call(out, origin, world);
	fprintf(out, " = 0x%" PRIx64, exception->value);
}

char *su_input_format(const struct su_input *input, const struct su_world *world)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	su_assert(out);
	fprintf(out, "input 0x%" PRIx64, input->seed);
	for (size_t i = 0; i < input->exceptions.len; i++)
		format_exception(out, &input->exceptions.at[i], world);
	fprintf(out, "; --replay %" PRIx64 ":%x", input->seed, input->pointers);
	for (size_t i = 0; i < input->exceptions.len; i++) {
		const struct su_exception *exception = &input->exceptions.at[i];

		fprintf(out, ":%x,%" PRIx64 ",%" PRIx64 ",%" PRIx64,
			(unsigned)exception->origin.kind, exception->origin.where,
			exception->origin.number, exception->value);
	}
	fclose(out);
	return text;
}

/* ---- reading ---- */

/* A number, which `end` follows; *text then is behind that. */
static bool take_number(const char **text, char end, uint64_t *ret)
{
	char *after;

	if (!isxdigit((unsigned char)**text))
		return false;
	errno = 0;
	*ret = strtoull(*text, &after, 16);
	if (errno || *after != end)
		return false;
	*text = after + (end != 0);
	return true;
}

static bool take_exception(const char **text, struct su_input *input)
{
	struct su_exception exception;
	const char *next = strchr(*text, ':');
	uint64_t kind;

	if (!take_number(text, ',', &kind) || kind > SU_ORIGIN_MEMORY ||
	    !take_number(text, ',', &exception.origin.where) ||
	    !take_number(text, ',', &exception.origin.number) ||
	    !take_number(text, next ? ':' : 0, &exception.value))
		return false;
	exception.origin.kind = (enum su_origin_kind)kind;
	su_vec_push(&input->exceptions, exception);
	return true;
}

bool su_input_parse(const char *text, struct su_input *ret)
{
	uint64_t pointers = 0;
	bool more, good;

	*ret = (struct su_input){ 0 };
	good = take_number(&text, ':', &ret->seed);
	more = strchr(text, ':') != NULL;
	good = good && take_number(&text, more ? ':' : 0, &pointers);
	ret->pointers = (unsigned)pointers;
	while (good && more) {
		more = strchr(text, ':') != NULL;
		good = take_exception(&text, ret);
	}
	if (!good)
		su_input_deinit(ret);
	return good;
}

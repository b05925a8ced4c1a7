/* Inputs of runs: see input.h. */
#include "validate/input.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_for(const struct su_origin *exception, const struct su_origin *origin)
{
	if (exception->kind != origin->kind || exception->where != origin->where)
		return false;
	return exception->number == origin->number ||
	       (origin->kind == SU_ORIGIN_ANSWER && exception->number == SU_EVERY_CALL);
}

/* Calls of one callee mostly answer alike: loops go round, and end. */
static uint64_t answer(const struct su_input *input, const struct su_origin *origin)
{
	uint64_t of_callee = su_world_mix(input->seed, origin->where);
	uint64_t of_call = su_world_mix(of_callee, origin->number + 1);
	uint64_t random = of_call % 5 ? of_callee : su_world_mix(of_call, 3);

	switch (random >> 16 & 7) {
	case 0:
	case 1:
		return 0;
	case 2:
		return 1;
	case 3:
		return 2 + of_call % 40;
	case 4:
	case 5:
		return su_world_pointer(of_call >> 8);
	case 6:
		return UINT64_MAX;
	default:
		return of_call % 3;
	}
}

uint64_t su_input_value(const struct su_input *input, const struct su_origin *origin)
{
	for (size_t i = input->exceptions.len; i-- > 0;) {
		if (is_for(&input->exceptions.at[i].origin, origin))
			return input->exceptions.at[i].value;
	}
	if (origin->kind == SU_ORIGIN_ANSWER)
		return answer(input, origin);
	return su_world_word(su_world_mix(su_world_mix(input->seed, origin->where),
					  origin->number + origin->kind));
}

struct su_input su_input_copy(const struct su_input *input)
{
	struct su_input copy = { .seed = input->seed };

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

	if (origin->number == SU_EVERY_CALL)
		fprintf(out, ", each %s", name);
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
	fclose(out);
	return text;
}

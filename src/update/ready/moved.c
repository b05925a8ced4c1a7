/* Variables that get another place: see moved.h. */
#include "update/ready/moved.h"

#include <string.h>

#include "base/alloc.h"
#include "base/reason.h"

struct conversion {
	const struct su_ready *ready;
	const struct su_patch_moved *moved;
	bool reverse;
	struct su_extent from, to;
	uint8_t *old, *initial, *new; /* what it holds, what that starts with, what it becomes */
};

/* A step in the direction of the update. */
struct way {
	uint64_t at, size, to, to_size; /* bits */
	bool is_signed, to_signed;
};

static struct way way_of(const struct conversion *conversion, const struct su_patch_step *step)
{
	if (conversion->reverse)
		return (struct way){ step->to,	 step->to_size,	     step->at,
				     step->size, step->is_signed[1], step->is_signed[0] };
	return (struct way){ step->at,	    step->size,		step->to,
			     step->to_size, step->is_signed[0], step->is_signed[1] };
}

/* ---- bits ---- */

static bool bit_at(const uint8_t *bytes, uint64_t bit)
{
	return bytes[bit / 8] >> bit % 8 & 1;
}

static void set_bit(uint8_t *bytes, uint64_t bit, bool value)
{
	bytes[bit / 8] =
		(uint8_t)((bytes[bit / 8] & ~(1u << bit % 8)) | (unsigned)value << bit % 8);
}

static void copy_bits(const uint8_t *from, uint64_t at, uint8_t *to, uint64_t to_at, uint64_t size)
{
	if (at % 8 == 0 && to_at % 8 == 0 && size % 8 == 0) {
		memcpy(to + to_at / 8, from + at / 8, size / 8);
		return;
	}
	for (uint64_t i = 0; i < size; i++)
		set_bit(to, to_at + i, bit_at(from, at + i));
}

static bool same_bits(const uint8_t *a, const uint8_t *b, uint64_t at, uint64_t size)
{
	for (uint64_t i = at; i < at + size; i++)
		if (bit_at(a, i) != bit_at(b, i))
			return false;
	return true;
}

/* The value of a number, and whether it is below zero; in two's complement of 64 bits. */
static uint64_t number_at(const uint8_t *bytes, uint64_t at, uint64_t size, bool is_signed,
			  bool *ret_negative)
{
	uint64_t value = 0;

	for (uint64_t i = 0; i < size; i++)
		value |= (uint64_t)bit_at(bytes, at + i) << i;
	*ret_negative = is_signed && value >> (size - 1) & 1;
	if (*ret_negative && size < 64)
		value |= ~UINT64_C(0) << size;
	return value;
}

/* ---- steps ---- */

/* False: the number is too large. */
static bool convert_number(struct conversion *conversion, const struct way *way)
{
	bool negative, again;
	uint64_t value = number_at(conversion->old, way->at, way->size, way->is_signed, &negative);

	for (uint64_t i = 0; i < way->to_size; i++)
		set_bit(conversion->new, way->to + i, value >> i & 1);
	return number_at(conversion->new, way->to, way->to_size, way->to_signed, &again) == value &&
	       again == negative;
}

static struct su_err *refuse_written(const struct conversion *conversion)
{
	const struct su_patch *patch = conversion->ready->plan->patch;
	const struct su_patch_moved *moved = conversion->moved;

	return su_refuse(SU_WHY_VARIABLE_WRITTEN, su_patch_string(patch, moved->name),
			 su_patch_string(patch, moved->unit), conversion->ready->session->pid,
			 moved->why ? "; " : "", su_patch_string(patch, moved->why));
}

static struct su_err *refuse_number(const struct conversion *conversion, const struct way *way)
{
	const struct su_patch *patch = conversion->ready->plan->patch;

	return su_refuse(SU_WHY_VARIABLE_NUMBER_WIDE,
			 su_patch_string(patch, conversion->moved->name),
			 su_patch_string(patch, conversion->moved->unit),
			 conversion->ready->session->pid, (unsigned long)way->at / 8);
}

static struct su_err *take_step(struct conversion *conversion, const struct su_patch_step *step)
{
	struct way way = way_of(conversion, step);

	switch (step->kind) {
	case SU_PATCH_STEP_COPY:
		copy_bits(conversion->old, way.at, conversion->new, way.to, way.size);
		return NULL;
	case SU_PATCH_STEP_NUMBER:
		return convert_number(conversion, &way) ? NULL : refuse_number(conversion, &way);
	default:
		return same_bits(conversion->old, conversion->initial, way.at, way.size)
			       ? NULL
			       : refuse_written(conversion);
	}
}

static struct su_err *take_steps(struct conversion *conversion)
{
	const struct su_patch_moved *moved = conversion->moved;
	const struct su_patch_step *steps =
		conversion->ready->plan->patch->steps + moved->first_step;

	if (!moved->step_count && memcmp(conversion->old, conversion->initial,
					 conversion->from.high - conversion->from.low))
		return refuse_written(conversion);
	for (uint32_t i = 0; i < moved->step_count; i++)
		SU_TRY(take_step(conversion, &steps[i]));
	return NULL;
}

/* ---- memory ---- */

static struct su_err *read_place(const struct conversion *conversion, struct su_extent place,
				 uint8_t **ret)
{
	size_t size = place.high - place.low;

	*ret = su_alloc(size);
	return su_memory_read(&conversion->ready->session->memory, place.low, *ret, size);
}

static struct su_err *read_initial(struct conversion *conversion)
{
	const struct su_patch_moved *moved = conversion->moved;
	size_t size = conversion->from.high - conversion->from.low;
	uint64_t addr = conversion->reverse ? moved->after : moved->before;

	conversion->initial = su_alloc(size);
	if (!addr)
		return NULL;
	return su_memory_read(&conversion->ready->session->memory,
			      conversion->ready->plan->patch_base + addr, conversion->initial,
			      size);
}

static struct su_err *convert(const struct su_ready *ready, size_t index, struct conversion *ret)
{
	*ret = (struct conversion){ .ready = ready,
				    .moved = &ready->plan->patch->moved[index],
				    .reverse = ready->plan->direction == SU_REVERSE,
				    .from = su_plan_moved_from(ready->plan, index),
				    .to = su_plan_moved_to(ready->plan, index) };
	SU_TRY(read_place(ret, ret->from, &ret->old));
	SU_TRY(read_place(ret, ret->to, &ret->new));
	SU_TRY(read_initial(ret));
	return take_steps(ret);
}

static void end_conversion(struct conversion *conversion)
{
	free(conversion->old);
	free(conversion->new);
	free(conversion->initial);
}

static struct su_err *write_place(const struct conversion *conversion)
{
	const struct su_memory *memory = &conversion->ready->session->memory;
	size_t size = conversion->to.high - conversion->to.low;
	SU_FREE uint8_t *check = su_alloc(size);

	SU_TRY(su_memory_write(memory, conversion->to.low, conversion->new, size));
	SU_TRY(su_memory_read(memory, conversion->to.low, check, size));
	if (memcmp(check, conversion->new, size))
		return su_err_new(SU_E_IO, "the variable at %#lx does not keep what was written",
				  (unsigned long)conversion->to.low);
	return NULL;
}

struct su_err *su_moved_check(const struct su_ready *ready)
{
	struct su_err *err = NULL;

	for (size_t i = 0; i < ready->plan->patch->moved_count && !err; i++) {
		struct conversion conversion;

		err = convert(ready, i, &conversion);
		end_conversion(&conversion);
	}
	return err;
}

struct su_err *su_moved_convert(const struct su_ready *ready)
{
	struct su_err *err = NULL;

	for (size_t i = 0; i < ready->plan->patch->moved_count && !err; i++) {
		struct conversion conversion;

		if (!ready->plan->patch->moved[i].step_count)
			continue;
		err = convert(ready, i, &conversion);
		if (!err)
			err = write_place(&conversion);
		end_conversion(&conversion);
	}
	return err;
}

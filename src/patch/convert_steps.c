/* Conversion of variables that move: see convert_steps.h. */
#include "patch/convert_steps.h"

#include <string.h>

/* A step in the direction of the update. */
struct way {
	uint64_t at, size, to, to_size; /* bits */
	bool is_signed, to_signed;
};

static struct way way_of(const struct su_converted *converted, const struct su_patch_step *step)
{
	if (converted->reverse)
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
static bool convert_number(struct su_converted *converted, const struct way *way)
{
	bool negative, again;
	uint64_t value = number_at(converted->old, way->at, way->size, way->is_signed, &negative);

	for (uint64_t i = 0; i < way->to_size; i++)
		set_bit(converted->new, way->to + i, value >> i & 1);
	return number_at(converted->new, way->to, way->to_size, way->to_signed, &again) == value &&
	       again == negative;
}

static enum su_convert_end take_step(struct su_converted *converted,
				     const struct su_patch_step *step)
{
	struct way way = way_of(converted, step);

	converted->at = way.at / 8;
	switch (step->kind) {
	case SU_PATCH_STEP_COPY:
		copy_bits(converted->old, way.at, converted->new, way.to, way.size);
		return SU_CONVERT_DONE;
	case SU_PATCH_STEP_NUMBER:
		return convert_number(converted, &way) ? SU_CONVERT_DONE : SU_CONVERT_TOO_LARGE;
	default:
		return same_bits(converted->old, converted->initial, way.at, way.size)
			       ? SU_CONVERT_DONE
			       : SU_CONVERT_WRITTEN;
	}
}

enum su_convert_end su_patch_convert(const struct su_patch *patch,
				     const struct su_patch_moved *moved,
				     struct su_converted *converted)
{
	enum su_convert_end end = SU_CONVERT_DONE;
	uint64_t size = converted->reverse ? moved->to_size : moved->size;

	if (!moved->step_count && memcmp(converted->old, converted->initial, size))
		return SU_CONVERT_WRITTEN;
	for (uint32_t i = 0; i < moved->step_count && end == SU_CONVERT_DONE; i++)
		end = take_step(converted, &patch->steps[moved->first_step + i]);
	return end;
}

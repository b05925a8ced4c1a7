/* Variables that get another place: see conversion.h. */
#include "update/ready/conversion.h"

#include <string.h>

#include "base/alloc.h"
#include "base/reason.h"
#include "patch/convert_steps.h"

struct conversion {
	const struct su_ready *ready;
	const struct su_patch_moved *moved;
	struct su_extent from, to;
	struct su_converted bytes;
};

static struct su_err *refuse_written(const struct conversion *conversion)
{
	const struct su_patch *patch = conversion->ready->plan->patch;
	const struct su_patch_moved *moved = conversion->moved;

	return su_refuse(SU_WHY_VARIABLE_WRITTEN, su_patch_string(patch, moved->name),
			 su_patch_string(patch, moved->unit), conversion->ready->session->pid,
			 moved->why ? "; " : "", su_patch_string(patch, moved->why));
}

static struct su_err *take_steps(struct conversion *conversion)
{
	const struct su_patch *patch = conversion->ready->plan->patch;
	const struct su_patch_moved *moved = conversion->moved;

	switch (su_patch_convert(patch, moved, &conversion->bytes)) {
	case SU_CONVERT_WRITTEN:
		return refuse_written(conversion);
	case SU_CONVERT_TOO_LARGE:
		return su_refuse(SU_WHY_VARIABLE_NUMBER_WIDE, su_patch_string(patch, moved->name),
				 su_patch_string(patch, moved->unit),
				 conversion->ready->session->pid,
				 (unsigned long)conversion->bytes.at);
	default:
		return NULL;
	}
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
	uint64_t addr = conversion->bytes.reverse ? moved->after : moved->before;

	conversion->bytes.initial = su_alloc(size);
	if (!addr)
		return NULL;
	return su_memory_read(&conversion->ready->session->memory,
			      conversion->ready->plan->patch_base + addr, conversion->bytes.initial,
			      size);
}

static struct su_err *convert(const struct su_ready *ready, size_t index, struct conversion *ret)
{
	*ret = (struct conversion){ .ready = ready,
				    .moved = &ready->plan->patch->moved[index],
				    .bytes.reverse = ready->plan->direction == SU_REVERSE,
				    .from = su_plan_moved_from(ready->plan, index),
				    .to = su_plan_moved_to(ready->plan, index) };
	SU_TRY(read_place(ret, ret->from, &ret->bytes.old));
	SU_TRY(read_place(ret, ret->to, &ret->bytes.new));
	SU_TRY(read_initial(ret));
	return take_steps(ret);
}

static void end_conversion(struct conversion *conversion)
{
	free(conversion->bytes.old);
	free(conversion->bytes.new);
	free(conversion->bytes.initial);
}

static struct su_err *write_place(const struct conversion *conversion)
{
	const struct su_memory *memory = &conversion->ready->session->memory;
	size_t size = conversion->to.high - conversion->to.low;
	SU_FREE uint8_t *check = su_alloc(size);

	SU_TRY(su_memory_write(memory, conversion->to.low, conversion->bytes.new, size));
	SU_TRY(su_memory_read(memory, conversion->to.low, check, size));
	if (memcmp(check, conversion->bytes.new, size))
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

/*
 * Where the frame of `to` is in that of `from`.
 *
 * Fixed frames: rsp is a constant from the CFA on both sides.
 *
 * Realigned frames: rsp is a constant from an aligned base S on both sides.  Nothing but rsp knows
 * where S is, so `to` may have it anywhere that is aligned and below CFA + aligned_from: where it
 * is in `from`, or a constant lower when `to` needs more room above it.
 */
#include "checkpoint/side/frame.h"

#include "base/reason.h"

const char *su_frame_name(struct su_arena *arena, int64_t off)
{
	static const char *const bases[] = { "CFA", "aligned base", "stack pointer" };

	return su_arena_format(arena, "%s%+ld", bases[su_frame_base(off)],
			       (long)su_frame_distance(off));
}

int64_t su_frame_offset(const struct su_pair *pair, int64_t off)
{
	return su_frame_base(off) == SU_FRAME_ALIGNED ? off + pair->shift : off;
}

const char *su_frame_find_shift(const struct su_side *from, const struct su_side *to, int64_t *ret)
{
	const struct su_values *a = from->values, *b = to->values;

	*ret = 0;
	if (!a->alignment && !b->alignment)
		return NULL;
	if (!a->alignment || !b->alignment)
		return SU_WHY_ONE_ALIGNED;
	if (b->alignment > a->alignment)
		return SU_WHY_ALIGNED_MORE;
	if (a->aligned_from > b->aligned_from) {
		int64_t apart = a->aligned_from - b->aligned_from, unit = b->alignment;

		*ret = -((apart + unit - 1) / unit * unit);
	}
	return NULL;
}

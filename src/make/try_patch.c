/*
 * The last pass: the finished patch is tried (validate/validate.h), and what does not stand the trial
 * is taken out of it.  The stub stays where it is; nothing leads to it any more.
 */
#include <string.h>

#include "base/reason.h"
#include "make/maker.h"
#include "validate/validate.h"

static struct su_patch_jump *jump_at(struct su_patch_draft *draft, unsigned direction, uint64_t at)
{
	for (size_t i = 0; i < draft->jumps.len; i++) {
		if (draft->jumps.at[i].direction == direction && draft->jumps.at[i].at == at)
			return &draft->jumps.at[i];
	}
	return NULL;
}

/* With the island that a short jump leads to. */
static void drop_jump(struct su_patch_draft *draft, unsigned direction, uint64_t at)
{
	struct su_patch_jump *jump = jump_at(draft, direction, at);

	su_assert(jump);
	if (jump->size == 2)
		drop_jump(draft, direction, jump->to);
	jump = jump_at(draft, direction, at);
	*jump = draft->jumps.at[--draft->jumps.len];
}

static void take_away(struct su_maker *maker, const struct su_patch_checkpoint *point,
		      const struct su_finding *finding)
{
	struct su_patch_draft *draft = &maker->draft;
	bool forward = point->direction == SU_FORWARD;
	const char *reason =
		su_arena_format(maker->arena, SU_WHY_VALIDATION, finding->text, finding->input);

	drop_jump(draft, point->direction, point->from);
	su_vec_push(&draft->missing,
		    (struct su_patch_missing){ .from = point->from,
					       .function = point->function,
					       .direction = point->direction,
					       .file = forward ? point->old_file : point->new_file,
					       .line = forward ? point->old_line : point->new_line,
					       .reason = su_patch_draft_string(draft, reason) });
	if (point->kind == SU_POINT_CALL_RETURN)
		draft->functions.at[point->function].call_returns_derived[point->direction]--;
}

/* The draft's checkpoints are in the order of the patch that was made of it. */
static void settle_trial(struct su_maker *maker, const struct su_validation *validation)
{
	struct su_patch_draft *draft = &maker->draft;
	size_t kept = 0, next = 0;

	for (size_t i = 0; i < draft->checkpoints.len; i++) {
		struct su_patch_checkpoint point = draft->checkpoints.at[i];
		bool wrong = next < validation->findings.len &&
			     validation->findings.at[next].checkpoint == i;

		if (point.kind != SU_POINT_ENTRY)
			point.paths = validation->paths[i];
		if (wrong)
			take_away(maker, &point, &validation->findings.at[next++]);
		else
			draft->checkpoints.at[kept++] = point;
	}
	draft->checkpoints.len = kept;
}

struct su_err *su_maker_try(struct su_maker *maker, const uint8_t *bytes, size_t size)
{
	struct su_validate_input input = { .old_image = maker->old_program->image,
					   .old_debug = maker->old_program->debug,
					   .new_debug = maker->new_program->debug };
	uint8_t *copy = su_alloc(size);
	struct su_validation *validation = NULL;
	struct su_patch *patch = NULL;
	struct su_err *err;

	memcpy(copy, bytes, size);
	err = su_patch_parse(copy, size, "the patch", &patch);
	input.patch = patch;
	if (!err)
		err = su_validate(&input, &validation);
	if (!err)
		settle_trial(maker, validation);
	su_validation_destroy(validation);
	su_patch_close(patch);
	return err;
}

/*
 * Functions that have kept what they may not keep: see checkpoint/side/reused.h.
 *
 * One that has not changed itself would go on with it for as long as its loop runs.  It counts as changed:
 * its activations go on where nothing of the kind is live, or not at all.
 */
#include "base/reason.h"
#include "checkpoint/side/reused.h"
#include "diff/fickle.h"
#include "make/maker.h"

static struct su_err *has_reused(const struct su_maker *maker, const struct su_routine *routine,
				 bool *ret)
{
	struct su_side side;
	struct su_err *err = su_side_init(&side, maker->arena, maker->old_program, routine);

	if (!err)
		*ret = side.reused.len || side.chosen_loops.len || side.left_over.len;
	su_side_deinit(&side);
	return err;
}

struct su_err *su_maker_find_reused(struct su_maker *maker)
{
	struct su_program *program = maker->old_program;

	su_fickle_find(program);
	su_fickle_find(maker->new_program);
	for (size_t i = 0; i < program->routines.len; i++) {
		struct su_routine *routine = &program->routines.at[i];
		bool has = false;

		if (!routine->peer || routine->changed || routine->startup ||
		    !su_reused_may_be(program, routine))
			continue;
		SU_TRY(has_reused(maker, routine, &has));
		if (!has)
			continue;
		routine->changed = routine->peer->changed = true;
		routine->reason = routine->peer->reason = SU_WHY_KEEPS_RESULT;
	}
	return NULL;
}

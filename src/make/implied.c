/*
 * Variables that an activation leaves behind without losing them.
 *
 * Both versions have the variable in scope at a checkpoint, and the code that is left still needs it; but
 * the code that goes on has it in no place of its own there.  It was merged with another one, or is
 * computed later.  It has what that code makes of all the rest (docs/soundness.md, rule 3), so the
 * report names it.  Debug information says all of this: what it does not say is not named.
 */
#include <stdlib.h>

#include "make/maker.h"

static bool is_live(const struct su_side *side, uint64_t vaddr, const struct su_loc *loc)
{
	uint32_t insn = su_function_insn_at(side->routine->code, vaddr);
	struct su_live_set set;

	if (loc->kind == SU_LOC_FRAME || !side->live || insn == SU_NO_INSN || loc->reg >= 16)
		return loc->kind == SU_LOC_FRAME;
	set.cells = su_alloc((side->live->words + 1) * sizeof(*set.cells));
	su_live_before(side->live, insn, &set);
	free(set.cells);
	return set.regs.gpr[loc->reg] != 0;
}

static bool is_implied(const struct su_side *to, const struct su_local *local, uint64_t vaddr)
{
	struct su_debug *debug = to->program->debug;
	uint64_t entry = to->routine->vaddr;

	return su_debug_local_in_scope(debug, entry, local->index, vaddr) &&
	       su_debug_local_at(debug, entry, local->index, vaddr).kind == SU_LOC_NONE;
}

static void add_implied(struct su_maker *maker, const struct su_local *local,
			const struct su_loc *loc)
{
	struct su_patch_draft *draft = &maker->draft;
	struct su_patch_value value = { .size = (uint32_t)local->size,
					.name = su_patch_draft_string(draft, local->name),
					.text = su_patch_draft_string(draft, NULL),
					.derivation = SU_DERIVED_IMPLIED };

	value.from_kind = loc->kind == SU_LOC_REG ? SU_STORAGE_REG : SU_STORAGE_FRAME;
	value.from_number = loc->kind == SU_LOC_REG ? loc->reg : 0;
	value.from_offset = loc->kind == SU_LOC_REG ? 0 : loc->off;
	su_vec_push(&draft->values, value);
}

void su_maker_pair_locals(const struct su_pair *pair, su_local_pairs *ret)
{
	for (size_t i = 0; i < pair->from->local_count; i++) {
		const struct su_local *from = &pair->from->locals[i];
		const struct su_local *to = su_side_local(pair->to, from->key);

		if (to && !from->is_static && !to->is_static && !from->is_aggregate)
			su_vec_push(ret, (struct su_local_pair){ from, to });
	}
}

void su_maker_add_implied(struct su_maker *maker, const struct su_pair *pair,
			  const su_local_pairs *locals, const struct su_recipe *recipe)
{
	uint64_t at = recipe->from_vaddr - recipe->is_return;

	for (size_t i = 0; i < locals->len; i++) {
		const struct su_local_pair *local = &locals->at[i];
		struct su_loc loc =
			su_debug_local_at(pair->from->program->debug, pair->from->routine->vaddr,
					  local->from->index, at);

		if ((loc.kind == SU_LOC_REG || loc.kind == SU_LOC_FRAME) &&
		    is_implied(pair->to, local->to, recipe->to_vaddr - !recipe->lands) &&
		    is_live(pair->from, recipe->from_vaddr, &loc))
			add_implied(maker, local->from, &loc);
	}
}

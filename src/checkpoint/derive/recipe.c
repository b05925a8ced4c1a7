#include "checkpoint/derive/recipe.h"

#include "analysis/function.h"
#include "arch/abi.h"

bool su_move_is_identity(const struct su_move *move)
{
	const struct su_source *source = move->source;

	if (!source)
		return move->off == move->from_off;
	if (move->to_memory)
		return source->kind == SU_SOURCE_MEMORY && source->imm == move->off &&
		       source->size == move->size;
	return source->kind == SU_SOURCE_REG && source->reg == move->reg && source->size >= 8;
}

static bool is_scratch(const struct su_source *source)
{
	if (source->kind == SU_SOURCE_REG)
		return source->reg != SU_REG_SP && !su_abi_callee_saved(source->reg);
	return source->kind == SU_SOURCE_OP &&
	       (is_scratch(source->a) || (source->b && is_scratch(source->b)));
}

bool su_recipe_reads_scratch(const struct su_recipe *recipe)
{
	for (size_t i = 0; i < recipe->moves.len; i++) {
		const struct su_move *move = &recipe->moves.at[i];

		if (move->derivation != SU_DERIVED_CALL_RESULT && move->source &&
		    is_scratch(move->source))
			return true;
	}
	return false;
}

uint32_t su_recipe_call(const struct su_recipe *recipe)
{
	return recipe->is_return ? recipe->from_insn - recipe->inside : SU_NO_INSN;
}

bool su_recipe_is_identity(const struct su_recipe *recipe)
{
	if (recipe->from_sp != recipe->to_sp)
		return false;
	for (size_t i = 0; i < recipe->moves.len; i++) {
		if (!su_move_is_identity(&recipe->moves.at[i]))
			return false;
	}
	return true;
}

bool su_recipe_leaves_memory(const struct su_recipe *recipe)
{
	for (size_t i = 0; i < recipe->moves.len; i++) {
		if (recipe->moves.at[i].to_memory && !su_move_is_identity(&recipe->moves.at[i]))
			return false;
	}
	return recipe->from_sp == recipe->to_sp;
}

void su_recipe_reset(struct su_recipe *recipe)
{
	recipe->moves.len = 0;
	recipe->seeded = recipe->pristine = recipe->unheld = false;
}

/* Definitions that reach a use: see reaching.h. */
#include "analysis/reaching.h"

#include <stdlib.h>

#include "arch/abi.h"

struct reaching {
	const struct su_function *function;
	bool *seen; /* block * 16 + register: searched from its end */
	struct su_definitions *found;
};

static void reach_block(struct reaching *search, uint32_t block, uint8_t reg);

static bool is_copy(const struct su_insn *insn)
{
	return insn->opcode == SU_OPC_MOV && insn->operands[0].kind == SU_OP_REG &&
	       insn->operands[0].size == 8 && insn->operands[1].kind == SU_OP_REG &&
	       insn->operands[1].reg < 16;
}

/* Searches back from before instruction `end` of `block`, copies included. */
static void reach_from(struct reaching *search, uint32_t block, uint32_t end, uint8_t reg)
{
	const struct su_function *function = search->function;
	const struct su_block *b = &function->blocks[block];

	for (uint32_t i = end; i-- > b->first;) {
		const struct su_insn *insn = &function->insns[i];
		bool call = insn->flow == SU_FLOW_CALL || insn->flow == SU_FLOW_CALL_IND;

		if (insn->writes.gpr[reg] && is_copy(insn)) {
			reg = insn->operands[1].reg;
		} else if (insn->writes.gpr[reg]) {
			su_vec_push(&search->found->insns, i);
			return;
		} else if (call && su_abi_is_scratch(reg)) {
			search->found->unknown = true;
			return;
		}
	}
	if (block == 0)
		search->found->unknown = true;
	for (uint32_t k = 0; k < b->pred_count; k++)
		reach_block(search, b->pred[k], reg);
}

static void reach_block(struct reaching *search, uint32_t block, uint8_t reg)
{
	const struct su_block *b = &search->function->blocks[block];
	bool *seen = &search->seen[block * 16 + reg];

	if (*seen)
		return;
	*seen = true;
	reach_from(search, block, b->first + b->count, reg);
}

struct su_definitions su_definitions_of(const struct su_function *function, uint32_t use,
					uint8_t reg)
{
	struct su_definitions found = { 0 };
	struct reaching search = { .function = function, .found = &found };

	search.seen = su_alloc(function->block_count * 16);
	reach_from(&search, function->block_of[use], use, reg);
	free(search.seen);
	return found;
}

uint32_t su_definition_of(const struct su_function *function, uint32_t use, uint8_t reg)
{
	struct su_definitions found = su_definitions_of(function, use, reg);
	uint32_t only = found.insns.len == 1 && !found.unknown ? found.insns.at[0] : SU_NO_INSN;

	su_vec_deinit(&found.insns);
	return only;
}

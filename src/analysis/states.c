/* States at an instruction: see states.h. */
#include "analysis/states.h"

#include <string.h>

#include "analysis/transfer.h"

void su_values_before(struct su_values *values, uint32_t insn, uint32_t *ret)
{
	const struct su_block *block = &values->code->blocks[values->code->block_of[insn]];

	memcpy(ret, values->in[values->code->block_of[insn]], values->loc_count * sizeof(*ret));
	for (uint32_t i = block->first; i < insn; i++)
		su_transfer(values, i, ret);
}

void su_values_after(struct su_values *values, uint32_t insn, uint32_t *ret)
{
	su_values_before(values, insn, ret);
	su_transfer(values, insn, ret);
}

/* What is asked of values without looking at instructions: see values.h. */
#include "analysis/values.h"

#include "arch/abi.h"
#include "base/search.h"

static bool ends_at_or_before(const void *cell, const void *off)
{
	const struct su_cell *it = cell;

	return it->off + (int64_t)it->size <= *(const int64_t *)off;
}

size_t su_values_cells_from(const struct su_values *values, int64_t off)
{
	return su_search(values->cells, values->cell_count, sizeof(*values->cells), &off,
			 ends_at_or_before);
}

uint32_t su_values_cell(const struct su_values *values, int64_t off, uint64_t size, bool *ret_exact)
{
	size_t at = su_values_cells_from(values, off);

	if (at == values->cell_count)
		return UINT32_MAX;
	const struct su_cell *cell = &values->cells[at];
	if (cell->in_region || cell->off > off ||
	    off + (int64_t)size > cell->off + (int64_t)cell->size)
		return UINT32_MAX;
	*ret_exact = cell->off == off && cell->size == size;
	return SU_CELL_BASE + (uint32_t)at;
}

struct su_loc su_values_location(const struct su_values *values, const uint32_t *state,
				 struct su_loc loc)
{
	/* A register that is named for all of a scope may have been used again for something else.
	 */
	bool doubtful = loc.everywhere && loc.reg != SU_REG_SP && loc.reg != SU_REG_FP;

	if ((loc.kind != SU_LOC_MEM && loc.kind != SU_LOC_SUM) || loc.reg >= 16 || doubtful)
		return loc;
	const struct su_value *base = su_value_get(values, state[loc.reg]);
	if (base->kind != SU_VAL_FRAME)
		return loc;
	loc.kind = loc.kind == SU_LOC_MEM ? SU_LOC_FRAME : SU_LOC_FRAME_ADDR;
	loc.off += base->imm;
	return loc;
}

void su_values_call_clobbers(const struct su_values *values, const struct su_insn *insn,
			     struct su_regset *ret)
{
	if (insn->flow == SU_FLOW_CALL && values->clobbers)
		su_clobbers_of(values->clobbers, insn->target, ret);
	else
		su_abi_caller_saved(ret);
}

bool su_values_is_dynamic(const struct su_values *values, uint32_t number)
{
	return number < values->dynamic_count && values->dynamic[number];
}

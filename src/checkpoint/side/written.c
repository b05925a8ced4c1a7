/* See written.h. */
#include "checkpoint/side/written.h"

#include <string.h>

bool su_written_at(const struct su_side *side, const struct su_insn *insn, struct su_written *ret)
{
	const struct su_debug *debug = side->program->debug;
	int line, column;

	if (!su_debug_column_at(debug, insn->vaddr, &ret->file, &line, &column))
		return false;
	ret->at = (int64_t)line << 32 | (uint32_t)column;
	ret->inlined_count = su_debug_inlined_at(debug, insn->vaddr, ret->inlined, SU_MAX_INLINED);
	return true;
}

bool su_written_together(const struct su_written *a, const struct su_written *b)
{
	if (a->inlined_count != b->inlined_count || strcmp(a->file, b->file) != 0)
		return false;
	for (size_t i = 0; i < a->inlined_count && i < SU_MAX_INLINED; i++)
		if (strcmp(a->inlined[i], b->inlined[i]) != 0)
			return false;
	return true;
}

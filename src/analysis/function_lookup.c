/* What is asked of a function that is being built or is done: see function.h. */
#include "analysis/analysis_private.h"
#include "base/search.h"

void su_build_opaque(struct su_build *build, const char *reason, bool relocatable)
{
	if (!build->function->opaque)
		build->function->opaque = reason;
	if (!relocatable)
		build->function->relocatable = false;
}

static size_t part_at(const struct su_function *function, uint64_t vaddr)
{
	size_t i = 0;

	while (i < function->part_count &&
	       vaddr - function->parts[i].vaddr >= function->parts[i].size)
		i++;
	return i;
}

const struct su_jump_table *su_function_table_at(const struct su_function *function, uint64_t vaddr)
{
	for (size_t i = 0; i < function->table_count; i++) {
		if (function->tables[i].vaddr == vaddr)
			return &function->tables[i];
	}
	return NULL;
}

bool su_function_covers(const struct su_function *function, uint64_t vaddr)
{
	return part_at(function, vaddr) < function->part_count;
}

uint64_t su_function_start(const struct su_function *function)
{
	size_t i = 0;

	while (i + 1 < function->insn_count && function->insns[i].opcode == SU_OPC_NOP)
		i++;
	return function->insn_count ? function->insns[i].vaddr : function->parts[0].vaddr;
}

struct insn_key {
	const struct su_function *function;
	size_t part;
	uint64_t vaddr;
};

/* Instructions are sorted by part, then by address. */
static bool is_insn_before(const void *insn, const void *key)
{
	const struct insn_key *wanted = key;
	uint64_t vaddr = ((const struct su_insn *)insn)->vaddr;
	size_t part = part_at(wanted->function, vaddr);

	return part < wanted->part || (part == wanted->part && vaddr < wanted->vaddr);
}

uint32_t su_function_insn_at(const struct su_function *function, uint64_t vaddr)
{
	struct insn_key key = { function, part_at(function, vaddr), vaddr };
	size_t at = su_search(function->insns, function->insn_count, sizeof(*function->insns), &key,
			      is_insn_before);

	if (key.part == function->part_count || at == function->insn_count ||
	    function->insns[at].vaddr != vaddr)
		return SU_NO_INSN;
	return (uint32_t)at;
}

/*
 * Where indirect jumps go: see analysis_private.h.
 *
 * Three shapes, as gcc and clang compile `switch` at every optimisation level:
 *
 *	lea table(%rip), B; movslq (B,I,4), R; add B, R; jmp *R		position-independent
 *	jmp *table(,I,8)						linked at a fixed address
 *	mov table(,I,8), R; jmp *R
 *
 * The pieces may be far apart (the lea hoisted out of a loop) and shared (several switches, one
 * jump), so the definitions that reach a use are searched back over all edges.  When the base of a
 * table cannot be told, every table that the function names is taken.  A table ends at the bound
 * that the code checks its index against; without one, before the first entry that is no
 * instruction of the function or the next address that the function names.
 *
 * Source of truth: the compilers' output; there is no standard for it.
 */
#include <string.h>

#include "analysis/analysis_private.h"
#include "analysis/index_bound.h"
#include "analysis/reaching.h"
#include "base/search.h"

#include "base/reason.h"

/* ---- tables ---- */

static bool is_below(const void *vaddr, const void *limit)
{
	return *(const uint64_t *)vaddr < *(const uint64_t *)limit;
}

static bool is_referenced(const struct su_build *build, uint64_t vaddr)
{
	size_t at = su_search(build->refs.at, build->refs.len, sizeof(vaddr), &vaddr, is_below);

	return at < build->refs.len && build->refs.at[at] == vaddr;
}

static bool is_constant_data(const struct su_section *section)
{
	return section && section->type == SHT_PROGBITS && section->data &&
	       !(section->flags & (SHF_EXECINSTR | SHF_WRITE));
}

static bool read_entry(const struct su_build *build, uint64_t table, uint8_t entry_size,
		       uint32_t index, uint64_t *ret)
{
	const uint8_t *bytes =
		su_image_bytes(build->image, table + (uint64_t)index * entry_size, entry_size);

	if (!bytes)
		return false;
	if (entry_size == 8) {
		memcpy(ret, bytes, 8);
		/* the entry itself may be a pointer to a function that calls itself by table */
		return *ret != build->function->parts[0].vaddr;
	}
	int32_t relative;
	memcpy(&relative, bytes, 4);
	*ret = table + (uint64_t)(int64_t)relative;
	return true;
}

/* How many entries the table has; `bound` of them are wanted when that is not 0. */
static uint32_t count_entries(const struct su_build *build, uint64_t vaddr, uint8_t entry_size,
			      uint32_t bound)
{
	const struct su_section *section = su_image_section_at(build->image, vaddr);
	uint32_t limit = bound ? bound : SU_INDEX_BOUND_MAX, count = 0;
	uint64_t target;

	if (!is_constant_data(section) || vaddr % 4)
		return 0;
	for (; count < limit; count++) {
		uint64_t at = vaddr + (uint64_t)count * entry_size;

		if (at + entry_size - section->vaddr > section->size)
			break;
		if (!bound && count && is_referenced(build, at))
			break;
		if (!read_entry(build, vaddr, entry_size, count, &target) ||
		    su_function_insn_at(build->function, target) == SU_NO_INSN)
			break;
	}
	return count;
}

static void fill_targets(struct su_build *build, struct su_jump_table *table)
{
	uint64_t *targets = su_arena_alloc(build->arena, table->count * sizeof(*targets));

	for (uint32_t i = 0; i < table->count; i++) {
		bool readable = read_entry(build, table->vaddr, table->entry_size, i, &targets[i]);

		su_assert(readable);
	}
	table->targets = targets;
}

static size_t find_table(struct su_build *build, uint64_t vaddr, uint8_t entry_size)
{
	size_t i = 0;

	while (i < build->tables.len &&
	       (build->tables.at[i].vaddr != vaddr || build->tables.at[i].entry_size != entry_size))
		i++;
	if (i == build->tables.len)
		su_vec_push(&build->tables,
			    (struct su_jump_table){ .vaddr = vaddr, .entry_size = entry_size });
	return i;
}

static bool add_table(struct su_dispatch *dispatch, uint32_t table)
{
	for (size_t i = 0; i < dispatch->tables.len; i++) {
		if (dispatch->tables.at[i] == table)
			return false;
	}
	su_vec_push(&dispatch->tables, table);
	return true;
}

/* Lets `dispatch` use the table at `vaddr`. False: there is no table. */
static bool use_table(struct su_build *build, struct su_dispatch *dispatch, uint64_t vaddr,
		      uint8_t entry_size, uint32_t bound, bool *changed)
{
	uint32_t count = count_entries(build, vaddr, entry_size, bound);

	if (count == 0)
		return false;
	if (count < bound) {
		su_build_opaque(build, SU_WHY_JUMP_TABLE_LEAVES, false);
		return false;
	}
	size_t index = find_table(build, vaddr, entry_size);
	struct su_jump_table *table = &build->tables.at[index];
	if (count > table->count) {
		table->count = count;
		fill_targets(build, table);
		*changed = true;
	}
	*changed |= add_table(dispatch, (uint32_t)index);
	return true;
}

/* ---- one indirect jump ---- */

static bool is_table_lea(const struct su_build *build, uint32_t insn)
{
	const struct su_insn *lea = &build->function->insns[insn];

	return lea->opcode == SU_OPC_LEA && lea->operands[1].base == SU_REG_PC &&
	       lea->operands[0].size == 8 &&
	       count_entries(build, (uint64_t)lea->operands[1].disp, 4, 0) > 0;
}

/* The two registers whose sum `insn` makes. */
static bool is_sum(const struct su_insn *insn, uint8_t *ret_a, uint8_t *ret_b)
{
	const struct su_operand *to = &insn->operands[0], *from = &insn->operands[1];

	if (insn->operand_count < 2 || to->kind != SU_OP_REG || to->size != 8)
		return false;
	if (insn->opcode == SU_OPC_ADD && from->kind == SU_OP_REG && from->reg < 16) {
		*ret_a = to->reg;
		*ret_b = from->reg;
		return true;
	}
	*ret_a = from->base;
	*ret_b = from->index;
	return insn->opcode == SU_OPC_LEA && from->scale == 1 && from->disp == 0 &&
	       from->base < 16 && from->index < 16;
}

/* The register that counts entries in the address of the load `insn`, and where it does. */
static bool find_index(const struct su_function *function, uint32_t load, uint32_t *ret_use,
		       uint8_t *ret_reg)
{
	const struct su_operand *op = &function->insns[load].operands[1];
	const uint8_t regs[2] = { op->base, op->index };

	if (op->kind != SU_OP_MEM || op->disp != 0)
		return false;
	if (op->scale == 4 && op->index < 16) {
		*ret_use = load;
		*ret_reg = op->index;
		return true;
	}
	for (unsigned i = 0; i < 2; i++) { /* lea 0(,I,4), X; mov (X,B), R: gcc -O0 */
		uint32_t def =
			regs[i] < 16 ? su_definition_of(function, load, regs[i]) : SU_NO_INSN;

		if (def == SU_NO_INSN || function->insns[def].opcode != SU_OPC_LEA)
			continue;
		const struct su_operand *address = &function->insns[def].operands[1];
		if (address->scale == 4 && address->base == SU_REG_NONE && address->disp == 0) {
			*ret_use = def;
			*ret_reg = address->index;
			return true;
		}
	}
	return false;
}

/* The bound of the index of the entry that `reg` holds before `use`; 0 when it is not known. */
static uint32_t entry_bound(const struct su_function *function, uint32_t use, uint8_t reg)
{
	uint32_t load = su_definition_of(function, use, reg);
	uint32_t at;
	uint8_t index;

	if (load != SU_NO_INSN && function->insns[load].opcode == SU_OPC_CDQE)
		load = su_definition_of(function, load, reg);
	if (load == SU_NO_INSN)
		return 0;
	uint8_t opcode = function->insns[load].opcode;
	if ((opcode != SU_OPC_MOV && opcode != SU_OPC_MOVSX) ||
	    !find_index(function, load, &at, &index))
		return 0;
	return su_index_bound(function, at, index);
}

static bool is_constant_lea(const struct su_insn *insn)
{
	return insn->opcode == SU_OPC_LEA && insn->operands[1].base == SU_REG_PC &&
	       insn->operands[0].size == 8;
}

enum base { BASE_OTHER, BASE_TABLES, BASE_BAD };

/* Uses every table that may be in `reg` before `use`. BASE_OTHER: it may hold something else.
 * BASE_BAD: it holds an address at which there is no table. */
static enum base use_bases(struct su_build *build, struct su_dispatch *dispatch, uint32_t use,
			   uint8_t reg, uint8_t other, bool *changed)
{
	const struct su_function *function = build->function;
	struct su_definitions bases = su_definitions_of(function, use, reg);
	bool known = !bases.unknown && bases.insns.len > 0, good = true;

	for (size_t i = 0; i < bases.insns.len && known; i++)
		known = is_constant_lea(&function->insns[bases.insns.at[i]]);
	/* with several bases, which one a load goes with is not known */
	uint32_t bound = known && bases.insns.len == 1 ? entry_bound(function, use, other) : 0;
	for (size_t i = 0; i < bases.insns.len && known && good; i++) {
		const struct su_insn *lea = &function->insns[bases.insns.at[i]];

		good = use_table(build, dispatch, (uint64_t)lea->operands[1].disp, 4, bound,
				 changed);
	}
	su_vec_deinit(&bases.insns);
	if (!known)
		return BASE_OTHER;
	return good ? BASE_TABLES : BASE_BAD;
}

/* Whether `insn` loads four bytes, as from a table of relative entries. */
static bool is_entry_load(const struct su_insn *insn)
{
	const struct su_operand *from = &insn->operands[1];

	return (insn->opcode == SU_OPC_MOV || insn->opcode == SU_OPC_MOVSX) &&
	       insn->operand_count == 2 && from->kind == SU_OP_MEM && from->size == 4;
}

/* Whether `reg` before `use` can only be an entry of a table. */
static bool holds_entry(const struct su_function *function, uint32_t use, uint8_t reg)
{
	struct su_definitions defs = su_definitions_of(function, use, reg);
	bool all = !defs.unknown && defs.insns.len > 0;

	for (size_t i = 0; i < defs.insns.len && all; i++) {
		uint32_t def = defs.insns.at[i];

		if (function->insns[def].opcode == SU_OPC_CDQE)
			def = su_definition_of(function, def, reg);
		all = def != SU_NO_INSN && is_entry_load(&function->insns[def]);
	}
	su_vec_deinit(&defs.insns);
	return all;
}

static bool use_all(struct su_build *build, struct su_dispatch *dispatch, bool *changed)
{
	bool any = false;

	for (uint32_t i = 0; i < build->function->insn_count; i++) {
		const struct su_insn *lea = &build->function->insns[i];

		if (is_table_lea(build, i))
			any |= use_table(build, dispatch, (uint64_t)lea->operands[1].disp, 4, 0,
					 changed);
	}
	return any;
}

/* The value that is jumped to is made at `sum`. */
static bool use_sum(struct su_build *build, struct su_dispatch *dispatch, uint32_t sum, uint8_t a,
		    uint8_t b, bool *changed)
{
	const struct su_function *function = build->function;
	enum base base = use_bases(build, dispatch, sum, a, b, changed);

	if (base == BASE_OTHER)
		base = use_bases(build, dispatch, sum, b, a, changed);
	if (base != BASE_OTHER)
		return base == BASE_TABLES;
	return (holds_entry(function, sum, a) || holds_entry(function, sum, b)) &&
	       use_all(build, dispatch, changed);
}

static bool is_absolute_entry(const struct su_build *build, const struct su_operand *op)
{
	return build->image->type == ET_EXEC && op->kind == SU_OP_MEM && op->scale == 8 &&
	       op->base == SU_REG_NONE && op->index < 16 && op->segment == SU_REG_NONE &&
	       op->size == 8;
}

/* A table whose address is used in any other way may be a table of labels that are stored. */
static bool only_indexed(const struct su_build *build, uint64_t vaddr)
{
	for (size_t i = 0; i < build->function->insn_count; i++) {
		const struct su_insn *insn = &build->function->insns[i];

		for (unsigned k = 0; k < insn->operand_count; k++) {
			const struct su_operand *op = &insn->operands[k];

			if (op->kind == SU_OP_IMM && (uint64_t)op->imm == vaddr)
				return false;
			if (op->kind == SU_OP_MEM && (uint64_t)op->disp == vaddr &&
			    (!is_absolute_entry(build, op) || op->written))
				return false;
		}
	}
	return true;
}

static bool use_absolute(struct su_build *build, struct su_dispatch *dispatch, uint32_t insn,
			 const struct su_operand *op, bool *changed)
{
	uint64_t vaddr = (uint64_t)op->disp;

	return only_indexed(build, vaddr) &&
	       use_table(build, dispatch, vaddr, 8,
			 su_index_bound(build->function, insn, op->index), changed);
}

/* Whether between the load `def` and the jump, in one block, nobody else looks at the register. */
static bool only_jumps(const struct su_function *function, uint32_t def, uint32_t jump)
{
	uint8_t reg = function->insns[def].operands[0].reg;

	if (function->block_of[def] != function->block_of[jump])
		return false;
	for (uint32_t i = def + 1; i < jump; i++) {
		if (function->insns[i].reads.gpr[reg])
			return false;
	}
	return true;
}

/* What a look at one definition of the jump's register says. */
struct verdict {
	bool table, pointer, unknown;
};

static void judge_definition(struct su_build *build, struct su_dispatch *dispatch, uint32_t def,
			     struct verdict *verdict, bool *changed)
{
	const struct su_function *function = build->function;
	const struct su_insn *insn = &function->insns[def];
	const struct su_operand *from = &insn->operands[1];
	uint8_t a, b;

	if (is_sum(insn, &a, &b)) {
		if (use_sum(build, dispatch, def, a, b, changed))
			verdict->table = true;
		else
			verdict->unknown = true;
	} else if (insn->opcode == SU_OPC_MOV && is_absolute_entry(build, from) &&
		   only_jumps(function, def, dispatch->insn) &&
		   use_absolute(build, dispatch, def, from, changed)) {
		verdict->table = true;
	} else {
		verdict->pointer = true;
	}
}

static struct verdict judge_register(struct su_build *build, struct su_dispatch *dispatch,
				     uint8_t reg, bool *changed)
{
	struct su_definitions defs = su_definitions_of(build->function, dispatch->insn, reg);
	struct verdict verdict = { .pointer = defs.unknown };

	for (size_t i = 0; i < defs.insns.len; i++)
		judge_definition(build, dispatch, defs.insns.at[i], &verdict, changed);
	su_vec_deinit(&defs.insns);
	return verdict;
}

static struct verdict judge_memory(struct su_build *build, struct su_dispatch *dispatch,
				   const struct su_operand *op, bool *changed)
{
	if (is_absolute_entry(build, op) &&
	    use_absolute(build, dispatch, dispatch->insn, op, changed))
		return (struct verdict){ .table = true };
	return (struct verdict){ .pointer = true };
}

static enum su_dispatch_kind kind_of(const struct su_build *build,
				     const struct su_dispatch *dispatch, struct verdict verdict)
{
	if (verdict.unknown || verdict.table + verdict.pointer != 1)
		return build->labels.len ? SU_DISPATCH_LABELS : SU_DISPATCH_UNKNOWN;
	if (verdict.table)
		return SU_DISPATCH_TABLES;
	if (build->labels.len)
		return SU_DISPATCH_LABELS;
	return su_build_depth_at(build, dispatch->insn) == 0 ? SU_DISPATCH_TAIL
							     : SU_DISPATCH_UNKNOWN;
}

bool su_build_resolve(struct su_build *build)
{
	bool changed = false;

	for (size_t i = 0; i < build->dispatches.len; i++) {
		struct su_dispatch *dispatch = &build->dispatches.at[i];
		const struct su_operand *op = &build->function->insns[dispatch->insn].operands[0];
		struct verdict verdict;

		if (op->kind == SU_OP_REG && op->reg < 16)
			verdict = judge_register(build, dispatch, op->reg, &changed);
		else
			verdict = judge_memory(build, dispatch, op, &changed);
		enum su_dispatch_kind kind = kind_of(build, dispatch, verdict);
		changed |= kind != dispatch->kind;
		dispatch->kind = kind;
	}
	return changed;
}

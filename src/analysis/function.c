/*
 * Decoding a function and finding what its code refers to: see function.h.
 *
 * Decoding is linear over each part: compilers put no data between the instructions of x86-64 code,
 * and where an assembler author did, the bytes either do not decode or yield unreachable blocks.
 * Jump targets between two instructions of this sequence make the function opaque.
 */
#include "analysis/function.h"

#include <stdlib.h>
#include <string.h>

#include "analysis/analysis_private.h"
#include "base/reason.h"
#include "base/search.h"

#define MAX_TURNS 32

/* ---- decoding ---- */

typedef SU_VEC(struct su_insn) insn_vec;

static void decode_part(struct su_build *build, const struct su_part *part, insn_vec *insns)
{
	const uint8_t *code = su_image_bytes(build->image, part->vaddr, part->size);

	if (!code) {
		su_build_opaque(build, SU_WHY_CODE_NOT_IN_FILE, false);
		return;
	}
	for (uint64_t off = 0; off < part->size;) {
		struct su_insn insn;

		if (su_insn_decode(code + off, part->size - off, part->vaddr + off, &insn)) {
			su_vec_push(insns, insn);
			off += insn.length;
		} else {
			su_build_opaque(build, SU_WHY_NOT_DECODED, false);
			off++;
		}
	}
}

static void decode_parts(struct su_build *build)
{
	struct su_function *function = build->function;
	insn_vec insns = { 0 };

	for (size_t i = 0; i < function->part_count; i++)
		decode_part(build, &function->parts[i], &insns);
	function->insn_count = insns.len;
	function->insns = su_arena_copy(build->arena, insns.at, insns.len * sizeof(*insns.at));
	su_vec_deinit(&insns);
}

/* ---- addresses that the code names ---- */

static int compare_u64(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

static void collect_refs(struct su_build *build)
{
	const struct su_function *function = build->function;

	for (size_t i = 0; i < function->insn_count; i++) {
		const struct su_insn *insn = &function->insns[i];

		for (unsigned k = 0; k < 2 && insn->fields[k].size; k++)
			su_vec_push(&build->refs, insn->fields[k].target);
		for (unsigned k = 0; k < insn->operand_count; k++) {
			const struct su_operand *op = &insn->operands[k];

			if (op->kind == SU_OP_MEM && op->base != SU_REG_PC && op->disp > 0)
				su_vec_push(&build->refs, (uint64_t)op->disp);
			if (op->kind == SU_OP_IMM && op->imm > 0)
				su_vec_push(&build->refs, (uint64_t)op->imm);
		}
	}
	if (build->refs.len)
		qsort(build->refs.at, build->refs.len, sizeof(uint64_t), compare_u64);
}

/* ---- labels ---- */

static void take_label(struct su_build *build, uint64_t vaddr)
{
	for (size_t i = 0; i < build->labels.len; i++) {
		if (build->labels.at[i] == vaddr)
			return;
	}
	su_build_opaque(build, SU_WHY_LABEL_ADDRESSES, true);
	if (su_function_insn_at(build->function, vaddr) == SU_NO_INSN)
		su_build_opaque(build, SU_WHY_ADDRESS_BETWEEN, false);
	else
		su_vec_push(&build->labels, vaddr);
}

static bool is_interior(const struct su_build *build, uint64_t vaddr)
{
	return vaddr != build->function->parts[0].vaddr &&
	       su_function_covers(build->function, vaddr);
}

/* `lea label(%rip)`, and in code that is linked at a fixed address any constant. */
static void labels_in_code(struct su_build *build)
{
	const struct su_function *function = build->function;
	bool fixed = build->image->type == ET_EXEC;

	for (size_t i = 0; i < function->insn_count; i++) {
		const struct su_insn *insn = &function->insns[i];

		for (unsigned k = 0; k < insn->operand_count; k++) {
			const struct su_operand *op = &insn->operands[k];

			if (op->kind == SU_OP_MEM && op->base == SU_REG_PC &&
			    insn->opcode != SU_OPC_NOP && is_interior(build, (uint64_t)op->disp))
				take_label(build, (uint64_t)op->disp);
			if (fixed && op->kind == SU_OP_IMM && !insn->target &&
			    is_interior(build, (uint64_t)op->imm))
				take_label(build, (uint64_t)op->imm);
		}
	}
}

/* What unwinders read, and where tracers may write: -fpatchable-function-entry names the no-ops that
 * stand after an endbr64. */
static bool nobody_jumps_by(const struct su_section *section)
{
	return section && (!strncmp(section->name, ".eh_frame", 9) ||
			   !strcmp(section->name, ".gcc_except_table") ||
			   !strcmp(section->name, "__patchable_function_entries"));
}

static void labels_in_relocs(struct su_build *build)
{
	for (size_t i = 0; i < build->image->reloc_count; i++) {
		const struct su_dynreloc *reloc = &build->image->relocs[i];

		if (reloc->type == R_X86_64_RELATIVE &&
		    is_interior(build, (uint64_t)reloc->addend) &&
		    !nobody_jumps_by(su_image_section_at(build->image, reloc->vaddr)))
			take_label(build, (uint64_t)reloc->addend);
	}
}

static bool in_table(const struct su_build *build, uint64_t vaddr)
{
	for (size_t i = 0; i < build->tables.len; i++) {
		const struct su_jump_table *table = &build->tables.at[i];

		if (vaddr - table->vaddr < (uint64_t)table->count * table->entry_size)
			return true;
	}
	return false;
}

/* Numbers that are no addresses of instructions are taken for what they look like. */
static bool is_label(const struct su_build *build, uint64_t word)
{
	return is_interior(build, word) && su_function_insn_at(build->function, word) != SU_NO_INSN;
}

/* Code that is linked at a fixed address has label addresses in data without relocations. */
static void labels_in_data(struct su_build *build)
{
	for (size_t i = 0; i < build->image->section_count; i++) {
		const struct su_section *section = &build->image->sections[i];

		if (!(section->flags & SHF_ALLOC) || section->flags & SHF_EXECINSTR ||
		    section->type != SHT_PROGBITS || !section->data || nobody_jumps_by(section))
			continue;
		for (uint64_t off = 0; off + 8 <= section->size; off += 8) {
			uint64_t word;

			memcpy(&word, section->data + off, 8);
			if (is_label(build, word) && !in_table(build, section->vaddr + off))
				take_label(build, word);
		}
	}
}

static void find_jumps(struct su_build *build)
{
	const struct su_function *function = build->function;

	build->ends = su_arena_alloc(build->arena, function->insn_count);
	build->asked = su_arena_alloc(build->arena, function->insn_count);
	for (size_t i = 0; i < function->insn_count; i++) {
		const struct su_insn *insn = &function->insns[i];

		if (insn->flow == SU_FLOW_JUMP_IND)
			su_vec_push(&build->dispatches,
				    (struct su_dispatch){ .insn = (uint32_t)i });
		if (insn->flow == SU_FLOW_CALL && is_interior(build, insn->target))
			su_build_opaque(build, SU_WHY_CALL_INTO_ITSELF, false);
	}
}

static bool is_padding(const struct su_insn *insn)
{
	return insn->opcode == SU_OPC_NOP && !insn->is_endbr;
}

/* What nothing else leads to, jumps to labels lead to: by a difference of two of them. Padding may
 * stand before a label. */
static void labels_by_difference(struct su_build *build)
{
	const struct su_function *function = build->function;

	for (size_t i = 1; i < function->block_count; i++) {
		uint32_t insn = function->blocks[i].first;

		if (function->blocks[i].pred_count)
			continue;
		while (insn < function->insn_count && is_padding(&function->insns[insn]))
			insn++;
		if (insn < function->insn_count)
			take_label(build, function->insns[insn].vaddr);
	}
}

/* ---- retpolines ---- */

/* It reads a register that no calling convention names, and goes to what is in it. */
static bool is_retpoline(const struct su_build *build, uint64_t target)
{
	const struct su_symbol *symbol = su_image_symbol_at(build->image, target);

	return symbol && symbol->vaddr == target &&
	       (!strncmp(symbol->name, "__x86_indirect_thunk", 20) ||
		!strncmp(symbol->name, "__llvm_retpoline", 16) ||
		!strncmp(symbol->name, "__llvm_lvi_thunk", 16));
}

static void find_retpolines(struct su_build *build)
{
	for (size_t i = 0; i < build->function->insn_count; i++) {
		uint64_t target = build->function->insns[i].target;

		if (target && !su_function_covers(build->function, target) &&
		    is_retpoline(build, target))
			su_build_opaque(build, SU_WHY_RETPOLINE, true);
	}
}

/* ---- the whole ---- */

static void take_turns(struct su_build *build)
{
	unsigned turns = 0;

	su_build_blocks(build);
	while (build->dispatches.len && su_build_resolve(build)) {
		if (++turns == MAX_TURNS) {
			su_build_opaque(build, SU_WHY_JUMPS_DEPEND, false);
			break;
		}
		su_build_blocks(build);
	}
}

static void finish_function(struct su_build *build)
{
	struct su_function *function = build->function;

	for (size_t i = 0; i < build->dispatches.len; i++) {
		if (build->dispatches.at[i].kind == SU_DISPATCH_UNKNOWN)
			su_build_opaque(build, SU_WHY_JUMP_UNRESOLVED, false);
		su_vec_deinit(&build->dispatches.at[i].tables);
	}
	function->table_count = build->tables.len;
	function->tables = su_arena_copy(build->arena, build->tables.at,
					 build->tables.len * sizeof(*build->tables.at));
	function->label_count = build->labels.len;
	function->labels = su_arena_copy(build->arena, build->labels.at,
					 build->labels.len * sizeof(*build->labels.at));
	su_vec_deinit(&build->refs);
	su_vec_deinit(&build->labels);
	su_vec_deinit(&build->tables);
	su_vec_deinit(&build->dispatches);
}

struct su_function *su_function_create(struct su_arena *arena, const struct su_image *image,
				       const struct su_debug *debug, const struct su_part *parts,
				       size_t part_count)
{
	struct su_function *function = su_arena_alloc(arena, sizeof(*function));
	struct su_build build = {
		.arena = arena, .image = image, .debug = debug, .function = function
	};

	su_assert(part_count > 0);
	function->parts = su_arena_copy(arena, parts, part_count * sizeof(*parts));
	function->part_count = part_count;
	function->relocatable = true;
	decode_parts(&build);
	collect_refs(&build);
	find_jumps(&build);
	find_retpolines(&build);
	labels_in_code(&build);
	labels_in_relocs(&build);
	take_turns(&build);
	if (build.labels.len) {
		labels_by_difference(&build);
		take_turns(&build);
	}
	if (image->type == ET_EXEC && build.dispatches.len) {
		labels_in_data(&build);
		if (build.labels.len)
			take_turns(&build);
	}
	finish_function(&build);
	return function;
}

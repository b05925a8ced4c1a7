/*
 * Tables of distances: see su_program_distances().
 *
 * clang makes of a table of texts one of 32-bit distances from its own start, so that it needs no
 * relocations.  Nothing in the file says what such numbers are; the code that uses them does:
 *
 *	lea table(%rip), B;  movslq (B,I,4), R;  add B, R
 *
 * The first may be far from the others (hoisted out of a loop), past other uses of the register. An
 * entry counts while it leads to something in the image.
 */
#include <string.h>

#include "diff/program.h"

#define MAX_BETWEEN 8 /* instructions from the load to the sum */

/* movslq (B,I,4), R */
static bool loads_distance(const struct su_insn *insn)
{
	const struct su_operand *to = &insn->operands[0], *from = &insn->operands[1];

	return insn->opcode == SU_OPC_MOVSX && insn->operand_count == 2 && to->kind == SU_OP_REG &&
	       to->size == 8 && from->kind == SU_OP_MEM && from->size == 4 && from->scale == 4 &&
	       from->disp == 0 && from->base < 16 && from->index < 16;
}

static bool adds_base(const struct su_insn *insn, uint8_t a, uint8_t b)
{
	const struct su_operand *to = &insn->operands[0], *from = &insn->operands[1];

	if (insn->operand_count < 2 || to->kind != SU_OP_REG)
		return false;
	if (insn->opcode == SU_OPC_ADD)
		return from->kind == SU_OP_REG &&
		       ((to->reg == a && from->reg == b) || (to->reg == b && from->reg == a));
	return insn->opcode == SU_OPC_LEA && from->scale <= 1 &&
	       ((from->base == a && from->index == b) || (from->base == b && from->index == a));
}

static bool is_summed(const struct su_function *code, size_t load)
{
	uint8_t distance = code->insns[load].operands[0].reg;
	uint8_t base = code->insns[load].operands[1].base;

	for (size_t i = load + 1; i < code->insn_count && i <= load + MAX_BETWEEN; i++) {
		if (adds_base(&code->insns[i], base, distance))
			return true;
	}
	return false;
}

/* The address that `reg` was last given before instruction `use`, as the code is laid out. */
static bool address_in(const struct su_function *code, size_t use, uint8_t reg, uint64_t *ret)
{
	while (use-- > 0) {
		const struct su_insn *insn = &code->insns[use];

		if (!insn->writes.gpr[reg] || insn->opcode != SU_OPC_LEA ||
		    insn->operands[1].base != SU_REG_PC)
			continue;
		*ret = (uint64_t)insn->operands[1].disp;
		return true;
	}
	return false;
}

static bool leads_somewhere(const struct su_program *program, uint64_t table, uint64_t at,
			    uint64_t *ret)
{
	const uint8_t *bytes = su_image_bytes(program->image, at, 4);
	int32_t distance;

	if (!bytes)
		return false;
	memcpy(&distance, bytes, 4);
	*ret = table + (uint64_t)(int64_t)distance;
	return su_image_section_at(program->image, *ret) != NULL;
}

static bool is_jump_table(const struct su_function *code, uint64_t vaddr)
{
	for (size_t i = 0; i < code->table_count; i++) {
		if (code->tables[i].vaddr == vaddr)
			return true;
	}
	return false;
}

static void add_table(struct su_program *program, uint64_t vaddr)
{
	const struct su_section *section = su_image_section_at(program->image, vaddr);
	struct su_meaning meaning = su_program_meaning(program, vaddr);
	uint64_t size, target;
	uint32_t count = 0;

	if (!section || (section->flags & (SHF_WRITE | SHF_EXECINSTR)) ||
	    su_map_get_u64(program->distances, vaddr))
		return;
	if (meaning.kind == SU_MEANS_DATUM && meaning.off == 0)
		size = meaning.datum->size;
	else if (meaning.kind == SU_MEANS_ANONYMOUS)
		size = su_program_extent(program, vaddr);
	else
		return;
	while (count < size / 4 && leads_somewhere(program, vaddr, vaddr + count * 4ull, &target))
		count++;
	if (count)
		su_map_put_u64(program->distances, vaddr, (void *)(uintptr_t)count);
}

static void find_tables(struct su_program *program, const struct su_function *code)
{
	uint64_t vaddr;

	for (size_t i = 0; i < code->insn_count; i++) {
		const struct su_insn *insn = &code->insns[i];

		if (loads_distance(insn) && is_summed(code, i) &&
		    address_in(code, i, insn->operands[1].base, &vaddr) &&
		    !is_jump_table(code, vaddr))
			add_table(program, vaddr);
	}
}

void su_program_find_distances(struct su_program *program)
{
	program->distances = su_map_create();
	for (size_t i = 0; i < program->routines.len; i++)
		find_tables(program, program->routines.at[i].code);
}

uint32_t su_program_distances(const struct su_program *program, uint64_t vaddr)
{
	return (uint32_t)(uintptr_t)su_map_get_u64(program->distances, vaddr);
}

uint64_t su_program_distance(const struct su_program *program, uint64_t table, uint32_t index)
{
	uint64_t target = 0;

	leads_somewhere(program, table, table + index * 4ull, &target);
	return target;
}

/*
 * Tables of distances: see su_program_distances().
 *
 * clang makes of a table of texts one of 32-bit distances from its own start, so that it needs no
 * relocations.  Nothing in the file says what such numbers are; the code that uses them does:
 *
 *	lea table(%rip), B;  movslq (B,I,4), R;  add B, R
 *
 * The base is followed back over all edges, through stack slots and conditional moves. An entry counts
 * while it leads to something in the image.
 *
 * A base that cannot be followed leaves it open which of the constants that the function names is the
 * table, and distances that are added to another address count from elsewhere.  Tables of either
 * kind are *doubtful*: they may stay as they are, and may be neither changed nor copied.  Those that
 * assembly makes are judged by themselves (assembly.h).
 */
#include <string.h>

#include "analysis/reaching.h"
#include "diff/assembly.h"

#define MAX_BETWEEN 8 /* instructions from the load to the sum */
#define MAX_BASES 32

/* ---- how code adds a distance ---- */

/* movslq disp(B,I,scale), R; or mov to its low half, to be extended by cltq */
static bool loads_distance(const struct su_insn *insn)
{
	const struct su_operand *to = &insn->operands[0], *from = &insn->operands[1];

	return (insn->opcode == SU_OPC_MOVSX || insn->opcode == SU_OPC_MOV) &&
	       insn->operand_count == 2 && to->kind == SU_OP_REG && to->reg < 16 &&
	       to->size == (insn->opcode == SU_OPC_MOVSX ? 8 : 4) && from->kind == SU_OP_MEM &&
	       from->size == 4 && from->base < 16;
}

/* The register that `insn` adds to `distance`; SU_REG_NONE: it does not. */
static uint8_t added_to(const struct su_insn *insn, uint8_t distance)
{
	const struct su_operand *to = &insn->operands[0], *from = &insn->operands[1];
	uint8_t a = SU_REG_NONE, b = SU_REG_NONE;

	if (insn->operand_count < 2 || to->kind != SU_OP_REG || to->size != 8)
		return SU_REG_NONE;
	if (insn->opcode == SU_OPC_ADD && from->kind == SU_OP_REG) {
		a = to->reg;
		b = from->reg;
	} else if (insn->opcode == SU_OPC_LEA && from->scale <= 1) {
		a = from->base;
		b = from->index;
	}
	if (a == b || (a != distance && b != distance))
		return SU_REG_NONE;
	return a == distance ? b : a;
}

/* What a distance is added to, by the instructions after its load. */
struct sum {
	uint32_t at; /* the first of them */
	uint8_t reg; /* what it adds; SU_REG_NONE: there is none */
	bool more;   /* other things are added to it, too */
	bool base;   /* the load's base is among them all */
	bool mixed;  /* distances are not all that is in the table */
};

static struct sum find_sum(const struct su_function *code, uint32_t load)
{
	uint8_t distance = code->insns[load].operands[0].reg;
	uint8_t base = code->insns[load].operands[1].base;
	bool extended = code->insns[load].opcode == SU_OPC_MOVSX;
	bool kept = base != distance;
	const struct su_operand *from = &code->insns[load].operands[1];
	struct sum sum = { .reg = SU_REG_NONE,
			   .mixed = from->index != SU_REG_NONE && from->scale > 1 &&
				    from->scale != 4 };

	for (uint32_t i = load + 1; i < code->insn_count && i <= load + MAX_BETWEEN; i++) {
		const struct su_insn *insn = &code->insns[i];
		uint8_t reg = extended ? added_to(insn, distance) : SU_REG_NONE;

		if (reg < 16) {
			sum.more = sum.reg < 16;
			sum.base |= reg == base && kept;
			if (!sum.more) {
				sum.at = i;
				sum.reg = reg;
			}
			distance = insn->operands[0].reg;
		} else if (insn->opcode == SU_OPC_CDQE && distance == SU_REG_RESULT) {
			extended = true;
		} else if (insn->writes.gpr[distance]) {
			break;
		}
		kept &= !insn->writes.gpr[base];
	}
	return sum;
}

/* ---- what a register points to ---- */

struct bases {
	const struct su_function *code;
	uint64_t at[MAX_BASES]; /* addresses that it may be */
	size_t count;
	bool unknown;
	bool *seen; /* definitions */
};

static void find_bases(struct bases *bases, uint32_t use, uint8_t reg);

static bool is_slot(const struct su_operand *op)
{
	return op->kind == SU_OP_MEM && op->size == 8 && op->index == SU_REG_NONE &&
	       op->segment == SU_REG_NONE && (op->base == SU_REG_SP || op->base == SU_REG_FP);
}

/* What is loaded from a stack slot is what was stored there. */
static void find_stored(struct bases *bases, const struct su_operand *slot)
{
	bool any = false;

	for (uint32_t i = 0; i < bases->code->insn_count; i++) {
		const struct su_insn *insn = &bases->code->insns[i];
		const struct su_operand *to = &insn->operands[0], *from = &insn->operands[1];

		if (insn->opcode != SU_OPC_MOV || !is_slot(to) || to->base != slot->base ||
		    to->disp != slot->disp || from->kind != SU_OP_REG || from->reg >= 16)
			continue;
		any = true;
		find_bases(bases, i, from->reg);
	}
	bases->unknown |= !any;
}

static void find_base(struct bases *bases, uint32_t def)
{
	const struct su_insn *insn = &bases->code->insns[def];
	const struct su_operand *to = &insn->operands[0], *from = &insn->operands[1];

	if (bases->seen[def])
		return;
	bases->seen[def] = true;
	if (insn->opcode == SU_OPC_LEA && from->base == SU_REG_PC && bases->count < MAX_BASES) {
		bases->at[bases->count++] = (uint64_t)from->disp;
	} else if (insn->opcode == SU_OPC_MOV && is_slot(from)) {
		find_stored(bases, from);
	} else if (insn->opcode == SU_OPC_CMOV && from->kind == SU_OP_REG && from->reg < 16) {
		find_bases(bases, def, to->reg);
		find_bases(bases, def, from->reg);
	} else {
		bases->unknown = true;
	}
}

static void find_bases(struct bases *bases, uint32_t use, uint8_t reg)
{
	struct su_definitions defs = su_definitions_of(bases->code, use, reg);

	bases->unknown |= defs.unknown || !defs.insns.len;
	for (size_t i = 0; i < defs.insns.len; i++)
		find_base(bases, defs.insns.at[i]);
	su_vec_deinit(&defs.insns);
}

/* ---- tables ---- */

static bool leads_somewhere(const struct su_program *program, uint64_t table, uint64_t at,
			    uint64_t *ret)
{
	const uint8_t *bytes = su_image_bytes(program->image, at, 4);
	int32_t distance;

	if (!bytes)
		return false;
	memcpy(&distance, bytes, 4);
	*ret = table + (uint64_t)(int64_t)distance;
	return distance && su_image_section_at(program->image, *ret);
}

static bool is_jump_table(const struct su_function *code, uint64_t vaddr)
{
	for (size_t i = 0; i < code->table_count; i++) {
		if (code->tables[i].vaddr == vaddr)
			return true;
	}
	return false;
}

/* A table at `vaddr` that no loader fills and nobody writes: its size, else 0. */
static uint64_t table_size(const struct su_program *program, uint64_t vaddr)
{
	const struct su_section *section = su_image_section_at(program->image, vaddr);
	struct su_meaning meaning = su_program_meaning(program, vaddr);

	if (!section || (section->flags & (SHF_WRITE | SHF_EXECINSTR)))
		return 0;
	if (meaning.kind == SU_MEANS_DATUM && meaning.off == 0)
		return meaning.datum->size;
	return meaning.kind == SU_MEANS_ANONYMOUS ? su_program_extent(program, vaddr) : 0;
}

static uint32_t count_entries(const struct su_program *program, uint64_t vaddr)
{
	uint64_t size = table_size(program, vaddr), target;
	uint32_t count = 0;

	while (count < size / 4 && leads_somewhere(program, vaddr, vaddr + count * 4ull, &target))
		count++;
	return count;
}

static void add_table(struct su_program *program, const struct su_function *code, uint64_t vaddr)
{
	uint32_t count = is_jump_table(code, vaddr) ? 0 : count_entries(program, vaddr);

	if (count)
		su_map_put_u64(program->distances, vaddr, (void *)(uintptr_t)count);
	for (uint32_t i = 0; i < count; i++)
		su_map_put_u64(program->entries, vaddr + i * 4ull, program);
}

/* C has no way to write distances into what it gives a type. */
static bool has_type(const struct su_program *program, uint64_t vaddr)
{
	struct su_meaning meaning = su_program_meaning(program, vaddr);

	return meaning.kind == SU_MEANS_DATUM && meaning.datum->type_hash;
}

static void doubt(struct su_program *program, const struct su_function *code, uint64_t vaddr)
{
	if (!is_jump_table(code, vaddr) && !has_type(program, vaddr))
		su_map_put_u64(program->doubtful, vaddr, program);
}

static bool leads_to_entry(const struct su_program *program, uint64_t anchor, uint64_t at)
{
	uint64_t target;
	const struct su_routine *routine = leads_somewhere(program, anchor, at, &target)
						   ? su_program_routine_at(program, target)
						   : NULL;

	return routine && routine->vaddr == target && target != anchor;
}

/* A number that is added to an address may be just that: not so if it leads to a function. */
static void doubt_from(struct su_program *program, const struct su_function *code, uint64_t vaddr,
		       uint64_t anchor)
{
	uint64_t size = table_size(program, vaddr);

	for (uint64_t off = 0; off + 4 <= size; off += 4) {
		if (leads_to_entry(program, anchor, vaddr + off)) {
			doubt(program, code, vaddr);
			return;
		}
	}
}

/* Any constant that the function names and that may be a table. */
static void doubt_all(struct su_program *program, const struct su_function *code)
{
	for (size_t i = 0; i < code->insn_count; i++) {
		const struct su_insn *insn = &code->insns[i];
		uint64_t vaddr = (uint64_t)insn->operands[1].disp;

		if (insn->opcode == SU_OPC_LEA && insn->operands[1].base == SU_REG_PC &&
		    count_entries(program, vaddr) > 1 && !su_program_is_ascii(program, vaddr))
			doubt(program, code, vaddr);
	}
}

/* Whether a table's distances count from its own start, from elsewhere, or from nobody knows where. */
static void take_sum(struct su_program *program, const struct bases *table,
		     const struct bases *from, const struct sum *sum)
{
	const struct su_function *code = table->code;

	for (size_t i = 0; i < table->count; i++) {
		bool known = from->count == 1 && !from->unknown;

		if (sum->mixed || (sum->base && sum->more) ||
		    su_program_assembly_begins(program, table->at[i]))
			doubt(program, code, table->at[i]);
		else if (sum->base || (known && from->at[0] == table->at[i]))
			add_table(program, code, table->at[i]);
		else if (known && !su_function_covers(code, from->at[0]))
			doubt_from(program, code, table->at[i], from->at[0]);
	}
	if (sum->base && table->unknown)
		doubt_all(program, code);
}

static void look_at_load(struct su_program *program, const struct su_function *code, uint32_t load)
{
	struct sum sum = find_sum(code, load);

	if (sum.reg >= 16)
		return;
	SU_FREE bool *seen = su_alloc(code->insn_count), *seen_from = su_alloc(code->insn_count);
	struct bases table = { .code = code, .seen = seen };
	struct bases from = { .code = code, .seen = seen_from };

	find_bases(&table, load, code->insns[load].operands[1].base);
	if (!sum.base)
		find_bases(&from, sum.at, sum.reg);
	take_sum(program, &table, &from, &sum);
}

static void find_tables(struct su_program *program, const struct su_function *code)
{
	for (uint32_t i = 0; i < code->insn_count; i++) {
		if (loads_distance(&code->insns[i]))
			look_at_load(program, code, i);
	}
}

void su_program_find_distances(struct su_program *program)
{
	program->distances = su_map_create();
	program->doubtful = su_map_create();
	for (size_t i = 0; i < program->routines.len; i++)
		find_tables(program, program->routines.at[i].code);
}

bool su_program_is_doubtful(const struct su_program *program, uint64_t vaddr, uint64_t size)
{
	for (uint64_t at = (vaddr + 3) & ~3ull; at - vaddr < size; at += 4) {
		if (su_map_get_u64(program->doubtful, at) && !su_program_distances(program, at))
			return true;
	}
	return false;
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

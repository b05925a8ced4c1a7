/*
 * New bodies: the new version's code, copied byte for byte, with its reference fields bound.
 *
 * Parts keep their address modulo 64, so that loops stay aligned as the compiler laid them out.
 * A one-byte branch to another function (a neighbour in the new version) goes by a jump before
 * the part, or after it and its padding: whatever it could reach outside of the part lay beyond.
 */
#include <string.h>

#include "arch/code.h"
#include "arch/emit.h"

#include "base/reason.h"
#include "make/maker.h"

/* A jump table of the new body: entries relative to the table's own new place. */
static uint64_t copy_table(struct su_maker *maker, const struct su_body *body,
			   const struct su_jump_table *table)
{
	void *known = su_map_get_u64(maker->placed, table->vaddr);
	uint64_t addr;

	if (known)
		return (uint64_t)(uintptr_t)known - 1;
	addr = su_maker_reserve(maker, SU_DRAFT_RODATA, (uint64_t)table->count * table->entry_size,
				table->vaddr);
	su_map_put_u64(maker->placed, table->vaddr, (void *)(uintptr_t)(addr + 1));
	su_map_put_u64(maker->placed_size, table->vaddr, (void *)UINTPTR_MAX);
	for (uint32_t i = 0; i < table->count; i++) {
		struct su_spot target = { .space = SU_SPACE_PATCH,
					  .addr = su_maker_code_addr(body, table->targets[i]) };
		uint64_t entry = addr + (uint64_t)i * table->entry_size;

		if (table->entry_size == 8)
			su_maker_absolute(maker, entry, target);
		else
			su_maker_point(maker, entry, addr, target);
	}
	return addr;
}

bool su_maker_bind_table(struct su_maker *maker, const struct su_body *body, uint64_t vaddr,
			 struct su_spot *ret)
{
	const struct su_jump_table *table = su_function_table_at(body->routine->code, vaddr);

	if (!table)
		return false;
	*ret = (struct su_spot){ .space = SU_SPACE_PATCH, .addr = copy_table(maker, body, table) };
	return true;
}

/* ---- short branches ---- */

static bool in_part(const struct su_part *part, uint64_t vaddr)
{
	return vaddr - part->vaddr < part->size;
}

static bool leaves_short(const struct su_part *part, const struct su_insn *insn)
{
	return in_part(part, insn->vaddr) && insn->fields[0].size == 1 &&
	       !in_part(part, insn->fields[0].target);
}

static void count_short(struct su_body *body, size_t p)
{
	const struct su_part *part = &body->routine->parts[p];
	const struct su_function *code = body->routine->code;

	for (size_t i = 0; i < code->insn_count; i++) {
		if (!leaves_short(part, &code->insns[i]))
			continue;
		if (code->insns[i].fields[0].target < part->vaddr)
			body->before[p]++;
		else
			body->after[p]++;
	}
}

void su_maker_lay_out_body(struct su_maker *maker, struct su_body *body)
{
	for (size_t p = 0; p < body->routine->part_count; p++) {
		const struct su_part *part = &body->routine->parts[p];
		uint64_t head, tail;

		count_short(body, p);
		body->padding[p] = su_maker_padding(maker->new_program, part->vaddr + part->size);
		head = (uint64_t)body->before[p] * SU_NEAR_JUMP;
		tail = body->padding[p] + (uint64_t)body->after[p] * SU_NEAR_JUMP + SU_BODY_FILL;
		body->addr[p] =
			su_maker_reserve(maker, 0, head + part->size + tail, part->vaddr - head) +
			head;
	}
}

static struct su_err *bind_short(struct su_maker *maker, struct su_body *body, size_t p,
				 const struct su_insn *insn, struct su_spot spot)
{
	const struct su_part *part = &body->routine->parts[p];
	uint64_t at = su_maker_code_addr(body, insn->vaddr), jump;
	struct su_emit emit;

	if (insn->fields[0].target < part->vaddr)
		jump = body->addr[p] - ++body->before_used[p] * SU_NEAR_JUMP;
	else
		jump = body->addr[p] + part->size + body->padding[p] +
		       body->after_used[p]++ * SU_NEAR_JUMP;
	int64_t distance = (int64_t)(jump - (at + insn->length));
	if (distance != (int8_t)distance)
		return su_refuse(SU_WHY_SHORT_BRANCHES, body->routine->name);
	*(su_maker_at(maker, at) + insn->fields[0].off) = (uint8_t)distance;
	su_emit_init(&emit, 0);
	su_emit_jump(&emit, su_emit_here(&emit));
	memcpy(su_maker_at(maker, jump), emit.code.at, emit.code.len);
	su_emit_deinit(&emit);
	su_maker_point(maker, jump + 1, jump + SU_NEAR_JUMP, spot);
	return NULL;
}

/* ---- variables out of reach ---- */

/* mov variable(%rip), %reg or lea variable(%rip), %reg. */
static bool is_plain_load(const struct su_insn *insn)
{
	const struct su_operand *to = &insn->operands[0], *from = &insn->operands[1];

	return (insn->opcode == SU_OPC_MOV || insn->opcode == SU_OPC_LEA) &&
	       insn->length >= SU_NEAR_JUMP && insn->operand_count == 2 && to->kind == SU_OP_REG &&
	       to->reg < 16 && to->reg != SU_REG_SP && from->kind == SU_OP_MEM &&
	       from->index == SU_REG_NONE && from->segment == SU_REG_NONE &&
	       (to->size == 8 || (to->size == 4 && insn->opcode == SU_OPC_MOV));
}

/* The load is done elsewhere, through a slot with the variable's address; the target register holds
 * the address meanwhile. */
static void load_far(struct su_maker *maker, const struct su_body *body, const struct su_insn *insn,
		     const struct su_meaning *meaning)
{
	struct su_spot slot = { .space = SU_SPACE_PATCH,
				.addr = su_maker_import_slot(maker, meaning->import.symbol) };
	uint64_t start = su_maker_code_addr(body, insn->vaddr), thunk;
	struct su_spot to_thunk = { .space = SU_SPACE_PATCH };
	struct su_spot back = { .space = SU_SPACE_PATCH, .addr = start + insn->length };
	uint8_t reg = insn->operands[0].reg;
	struct su_emit emit;
	size_t slot_field, back_field;

	su_emit_init(&emit, 0);
	slot_field = su_emit_rip_lea(&emit, reg, su_emit_here(&emit));
	su_emit_load(&emit, reg, reg, 0, 8);
	if (insn->opcode == SU_OPC_LEA)
		su_emit_lea(&emit, reg, reg, (int32_t)meaning->off);
	else
		su_emit_load(&emit, reg, reg, (int32_t)meaning->off, insn->operands[0].size);
	back_field = su_emit_jump(&emit, su_emit_here(&emit));
	thunk = su_maker_reserve(maker, 0, emit.code.len, 0);
	memcpy(su_maker_at(maker, thunk), emit.code.at, emit.code.len);
	su_emit_deinit(&emit);
	su_maker_point(maker, thunk + slot_field, thunk + slot_field + 4, slot);
	su_maker_point(maker, thunk + back_field, thunk + back_field + 4, back);

	su_code_near_jump(su_maker_at(maker, start), insn->length);
	to_thunk.addr = thunk;
	su_maker_point(maker, start + 1, start + SU_NEAR_JUMP, to_thunk);
}

/* ---- fields ---- */

enum su_use su_maker_use_of(const struct su_insn *insn, uint64_t *ret_size)
{
	*ret_size = 0;
	if (insn->flow == SU_FLOW_CALL || insn->flow == SU_FLOW_JUMP || insn->flow == SU_FLOW_COND)
		return SU_USE_BRANCH;
	for (uint8_t i = 0; i < insn->operand_count; i++) {
		const struct su_operand *operand = &insn->operands[i];

		if (operand->kind == SU_OP_MEM && operand->base == SU_REG_PC && operand->size) {
			*ret_size = operand->size;
			return SU_USE_ACCESS;
		}
	}
	return SU_USE_ADDRESS;
}

static size_t part_of(const struct su_routine *routine, uint64_t vaddr)
{
	return routine->part_count > 1 && in_part(&routine->parts[1], vaddr);
}

static struct su_err *bind_field(struct su_maker *maker, struct su_body *body,
				 const struct su_insn *insn, const struct su_field *field)
{
	const struct su_routine *routine = body->routine;
	size_t part = part_of(routine, insn->vaddr);
	uint64_t start = su_maker_code_addr(body, insn->vaddr), size;
	enum su_use use = su_maker_use_of(insn, &size);
	struct su_meaning meaning;
	struct su_spot spot;

	if (field->size == 1 && in_part(&routine->parts[part], field->target))
		return NULL; /* the part is copied as a whole */
	if (is_plain_load(insn) && su_maker_is_far(maker, field->target, &meaning)) {
		load_far(maker, body, insn, &meaning);
		return NULL;
	}
	if (su_maker_bind_table(maker, body, field->target, &spot))
		;
	else if (su_function_covers(routine->code, field->target) &&
		 !(field->target == routine->vaddr && use == SU_USE_ADDRESS))
		spot = (struct su_spot){ .space = SU_SPACE_PATCH,
					 .addr = su_maker_code_addr(body, field->target) };
	else
		SU_TRY(su_maker_bind(maker, routine, field->target, use, size, &spot));
	if (field->size == 1)
		return bind_short(maker, body, part, insn, spot);
	su_maker_point(maker, start + field->off, start + insn->length, spot);
	return NULL;
}

struct su_err *su_maker_copy_body(struct su_maker *maker, struct su_body *body)
{
	const struct su_routine *routine = body->routine;
	const struct su_function *code = routine->code;

	for (size_t i = 0; i < routine->part_count; i++) {
		const struct su_part *part = &routine->parts[i];
		const uint8_t *bytes =
			su_image_bytes(maker->new_program->image, part->vaddr, part->size);

		if (!bytes)
			return su_err_new(SU_E_FORMAT, "%s: the code of '%s' is not in the file",
					  maker->new_program->image->path, routine->name);
		memcpy(su_maker_at(maker, body->addr[i]), bytes, part->size);
	}
	for (size_t i = 0; i < code->insn_count; i++) {
		for (int f = 0; f < 2; f++) {
			if (code->insns[i].fields[f].size)
				SU_TRY(bind_field(maker, body, &code->insns[i],
						  &code->insns[i].fields[f]));
		}
	}
	return NULL;
}

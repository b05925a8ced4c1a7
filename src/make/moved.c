/*
 * What gets another place: constants that change and cannot be written where they are, and variables of
 * another size or type (diff/moving.h).
 *
 * New code uses a copy in the patch. Whoever holds the old address would stay with the old one, so what
 * is in a variable from the start refuses. Of a constant, so does one that another image can name, or
 * that the old code stores in memory that is not its own frame. Who holds that of a variable is looked
 * for when the update is made.
 */
#include <string.h>

#include "analysis/states.h"
#include "base/reason.h"
#include "diff/assembly.h"
#include "diff/compare.h"
#include "diff/constants.h"
#include "make/maker.h"

static bool is_moved(const struct su_datum *datum)
{
	return datum->constant && datum->peer && !su_datum_stays(datum) &&
	       (datum->type_hash || datum->global);
}

static bool is_in(const struct su_datum *datum, uint64_t vaddr)
{
	return vaddr - datum->vaddr < datum->size;
}

static struct su_err *is_kept(const struct su_datum *datum, const char *where)
{
	if (datum->moves && !datum->constant)
		return su_refuse(SU_WHY_VARIABLE_STUCK, datum->name, datum->unit, where);
	return su_refuse(SU_WHY_CONSTANT_MOVES, datum->name, datum->unit,
			 (unsigned long)datum->size, (unsigned long)datum->peer->size, where);
}

/* ---- by data, and by name ---- */

/* What moves as well is made anew. */
static bool stays_as_it_is(const struct su_meaning *holder)
{
	return holder->kind == SU_MEANS_DATUM && !holder->datum->constant && !holder->datum->moves;
}

static struct su_err *check_data(const struct su_program *program, const struct su_datum *datum)
{
	const struct su_image *image = program->image;

	for (size_t i = 0; i < image->reloc_count; i++) {
		const struct su_dynreloc *reloc = &image->relocs[i];
		uint64_t to = (uint64_t)reloc->addend + (reloc->symbol ? reloc->symbol->vaddr : 0);
		struct su_meaning holder = { 0 };

		if (is_in(datum, to))
			holder = su_program_meaning(program, reloc->vaddr);
		if (stays_as_it_is(&holder))
			return is_kept(datum, su_arena_format(program->arena, SU_WHY_STUCK_HELD,
							      holder.datum->name));
	}
	return NULL;
}

static struct su_err *check_names(const struct su_program *program, const struct su_datum *datum)
{
	const struct su_image *image = program->image;

	for (size_t i = 0; i < image->symbol_count; i++)
		if (image->symbols[i].dynamic && image->symbols[i].vaddr == datum->vaddr)
			return is_kept(datum, SU_WHY_STUCK_KNOWN);
	return NULL;
}

/* ---- by code ---- */

/* Whether the value is the address of the datum, or of something in it. */
static bool points_into(const struct su_values *values, uint32_t number,
			const struct su_datum *datum)
{
	const struct su_value *value = su_value_get(values, number);

	if (value->kind == SU_VAL_EXPR && value->op == SU_EXPR_SUM)
		value = su_value_get(values, value->args[0]);
	return value->kind == SU_VAL_ADDR &&
	       is_in(datum, (uint64_t)(value->imm - su_value_distance(value)));
}

static bool stores_elsewhere(const struct su_values *values, uint32_t index)
{
	const struct su_insn *insn = &values->code->insns[index];

	return insn->opcode == SU_OPC_MOV && insn->operand_count == 2 &&
	       insn->operands[0].kind == SU_OP_MEM && insn->operands[0].size == 8 &&
	       insn->operands[1].kind == SU_OP_REG && insn->operands[1].reg < 16 &&
	       values->frame_off[index] == SU_NO_OFF && insn->operands[0].base != SU_REG_SP &&
	       insn->operands[0].base != SU_REG_FP;
}

static struct su_err *check_stores(const struct su_program *program, const struct su_side *side,
				   const struct su_datum *datum)
{
	const struct su_values *values = side->values;
	SU_FREE uint32_t *state = su_alloc(values->loc_count * sizeof(*state) + 1);

	for (uint32_t i = 0; i < values->code->insn_count && !values->unknown; i++) {
		const struct su_insn *insn = &values->code->insns[i];

		if (!stores_elsewhere(values, i))
			continue;
		su_values_before(side->values, i, state);
		if (points_into(values, state[insn->operands[1].reg], datum))
			return is_kept(datum, su_program_where(program, insn->vaddr));
	}
	return NULL;
}

static bool takes_address(const struct su_routine *routine, const struct su_datum *datum)
{
	for (size_t i = 0; i < 2 * routine->code->insn_count; i++) {
		const struct su_field *field = &routine->code->insns[i / 2].fields[i % 2];

		if (field->size && is_in(datum, field->target))
			return true;
	}
	return false;
}

static struct su_err *check_code(const struct su_maker *maker, const struct su_datum *datum)
{
	const struct su_program *program = maker->old_program;
	struct su_err *err = NULL;

	for (size_t i = 0; i < program->routines.len && !err; i++) {
		const struct su_routine *routine = &program->routines.at[i];
		struct su_side side = { 0 };

		if (!takes_address(routine, datum))
			continue;
		err = su_side_init(&side, maker->arena, program, routine);
		if (!err)
			err = check_stores(program, &side, datum);
		su_side_deinit(&side);
	}
	return err;
}

/* ---- without a type ---- */

/* Of assembly. Compilers' own constants have names with a dot, or none; texts are no distances. */
static bool is_untyped(const struct su_program *program, const struct su_datum *datum)
{
	return datum->constant && datum->peer && !su_datum_stays(datum) && !datum->type_hash &&
	       !strchr(datum->name, '.') && !su_program_distances(program, datum->vaddr) &&
	       !su_program_is_ascii(program, datum->vaddr);
}

/* The label's of the same name in the new version, or NULL. */
static const struct su_assembly *peer_of(const struct su_maker *maker,
					 const struct su_assembly *label)
{
	const struct su_program *program = maker->new_program;
	const struct su_assembly *peer = NULL;

	for (size_t i = 0; i < program->assembly.len; i++) {
		if (strcmp(program->assembly.at[i].name, label->name) != 0)
			continue;
		if (peer)
			return NULL;
		peer = &program->assembly.at[i];
	}
	return peer;
}

static bool has_changed(const struct su_maker *maker, const struct su_assembly *label)
{
	const struct su_assembly *peer = peer_of(maker, label);

	return !peer || !su_same_meaning(maker->old_program, label->vaddr, maker->new_program,
					 peer->vaddr, 0);
}

/* New code uses a copy of what is under a label; a variable goes on with the old one. */
static struct su_err *check_labels(const struct su_maker *maker)
{
	const struct su_image *image = maker->old_program->image;

	for (size_t i = 0; i < image->reloc_count; i++) {
		const struct su_dynreloc *reloc = &image->relocs[i];
		uint64_t to = (uint64_t)reloc->addend + (reloc->symbol ? reloc->symbol->vaddr : 0);
		const struct su_assembly *label = su_program_assembly_at(maker->old_program, to);
		struct su_meaning holder = su_program_meaning(maker->old_program, reloc->vaddr);

		if (label && holder.kind == SU_MEANS_DATUM && !holder.datum->constant &&
		    has_changed(maker, label))
			return su_refuse(SU_WHY_CONSTANT_UNTYPED, label->name, holder.datum->unit);
	}
	return NULL;
}

struct su_err *su_maker_check_moved(const struct su_maker *maker)
{
	const struct su_program *program = maker->old_program;

	for (size_t i = 0; i < program->data.len; i++) {
		const struct su_datum *datum = &program->data.at[i];

		if (is_untyped(program, datum))
			return su_refuse(SU_WHY_CONSTANT_UNTYPED, datum->name, datum->unit);
		if (datum->moves || is_moved(datum))
			SU_TRY(check_data(program, datum));
		if (!is_moved(datum) || !datum->peer->constant)
			continue;
		SU_TRY(check_names(program, datum));
		SU_TRY(check_code(maker, datum));
	}
	return check_labels(maker);
}

/*
 * Checkpoints into the patch: stubs, records for the report, and the jumps that lead to them.
 */
#include <stdlib.h>
#include <string.h>

#include "arch/abi.h"
#include "base/reason.h"
#include "checkpoint/side/frame.h"
#include "checkpoint/stub.h"
#include "make/maker.h"

/* ---- stubs ---- */

/* What an address means in the version that is gone to. */
static struct su_err *bind_target(struct su_maker *maker, const struct su_carry *carry,
				  const struct su_body *body, uint64_t vaddr, struct su_spot *ret)
{
	if (carry->pair.reverse) {
		*ret = su_maker_old_spot(maker, carry->pair.to->routine, vaddr);
		return NULL;
	}
	if (su_maker_bind_table(maker, body, vaddr, ret))
		return NULL;
	return su_maker_bind(maker, carry->pair.to->routine, vaddr, SU_USE_ADDRESS, 0, ret);
}

static struct su_spot resume_at(const struct su_carry *carry, const struct su_body *body,
				uint64_t vaddr)
{
	if (carry->pair.reverse)
		return (struct su_spot){
			.space = SU_SPACE_IMAGE, .addr = vaddr, .thing = vaddr, .home = SU_HOME_CODE
		};
	return (struct su_spot){ .space = SU_SPACE_PATCH, .addr = su_maker_code_addr(body, vaddr) };
}

static struct su_err *add_stub(struct su_maker *maker, const struct su_carry *carry,
			       const struct su_body *body, const struct su_recipe *recipe,
			       uint64_t *ret)
{
	struct su_emit emit;
	su_stub_fixups fixups = { 0 };
	struct su_err *err = NULL;
	uint64_t stub;

	su_emit_init(&emit, 0);
	su_stub_emit(recipe, &emit, &fixups);
	stub = su_maker_reserve(maker, 0, emit.code.len, 0);
	memcpy(su_maker_at(maker, stub), emit.code.at, emit.code.len);
	for (size_t i = 0; i < fixups.len && !err; i++) {
		struct su_spot spot = resume_at(carry, body, fixups.at[i].vaddr);
		uint64_t at = stub + fixups.at[i].field;

		if (!fixups.at[i].is_resume)
			err = bind_target(maker, carry, body, fixups.at[i].vaddr, &spot);
		if (!err)
			su_maker_point(maker, at, at + 4, spot);
	}
	su_vec_deinit(&fixups);
	su_emit_deinit(&emit);
	*ret = stub;
	return err;
}

/* ---- records ---- */

static void put_frame(int64_t off, uint8_t *ret_number, int64_t *ret_offset)
{
	*ret_number = (uint8_t)su_frame_base(off);
	*ret_offset = su_frame_distance(off);
}

static void put_place(const struct su_source *source, uint8_t *ret_kind, uint8_t *ret_number,
		      int64_t *ret_offset)
{
	*ret_offset = source->imm;
	switch (source->kind) {
	case SU_SOURCE_CONST:
		*ret_kind = SU_STORAGE_CONST;
		break;
	case SU_SOURCE_ADDR:
		*ret_kind = SU_STORAGE_ADDR;
		break;
	case SU_SOURCE_FRAME:
		*ret_kind = SU_STORAGE_FRAME_ADDR;
		put_frame(source->imm, ret_number, ret_offset);
		break;
	case SU_SOURCE_REG:
		*ret_kind = SU_STORAGE_REG;
		*ret_number = source->reg;
		*ret_offset = 0;
		break;
	case SU_SOURCE_MEMORY:
		*ret_kind = SU_STORAGE_FRAME;
		put_frame(source->imm, ret_number, ret_offset);
		break;
	default:
		*ret_kind = SU_STORAGE_NONE;
		*ret_offset = 0;
		break;
	}
}

static void add_value(struct su_maker *maker, const struct su_move *move)
{
	struct su_patch_draft *draft = &maker->draft;
	struct su_patch_value value = { .size = move->size,
					.derivation = (uint8_t)move->derivation };
	const char *text = move->text;

	value.name = su_patch_draft_string(draft, move->name);
	value.to_kind = move->to_memory ? SU_STORAGE_FRAME : SU_STORAGE_REG;
	value.to_number = move->reg;
	if (move->to_memory)
		put_frame(move->off, &value.to_number, &value.to_offset);
	if (move->source) {
		put_place(move->source, &value.from_kind, &value.from_number, &value.from_offset);
		if (!text &&
		    (move->source->kind == SU_SOURCE_OP || move->source->kind == SU_SOURCE_SLOT))
			text = su_maker_source_text(maker->arena, move->source);
	} else {
		value.from_kind = SU_STORAGE_FRAME;
		put_frame(move->from_off, &value.from_number, &value.from_offset);
	}
	value.text = su_patch_draft_string(draft, text);
	su_vec_push(&draft->values, value);
}

static uint32_t line_at(struct su_maker *maker, const struct su_program *program, uint64_t vaddr,
			uint32_t *ret_line)
{
	const char *file;
	int line;

	if (!su_debug_line_at(program->debug, vaddr, &file, &line))
		return 0;
	*ret_line = (uint32_t)line;
	return su_patch_draft_string(&maker->draft, file);
}

static void add_lines(struct su_maker *maker, const struct su_carry *carry,
		      struct su_patch_checkpoint *point, uint64_t from, uint64_t to)
{
	uint64_t old_vaddr = carry->pair.reverse ? to : from,
		 new_vaddr = carry->pair.reverse ? from : to;

	point->old_file = line_at(maker, maker->old_program, old_vaddr, &point->old_line);
	point->new_file = line_at(maker, maker->new_program, new_vaddr, &point->new_line);
}

static uint64_t from_addr(const struct su_carry *carry, const struct su_body *body, uint64_t vaddr)
{
	return carry->pair.reverse ? su_maker_code_addr(body, vaddr) : vaddr;
}

static uint8_t saved_registers_of(const struct su_source *source)
{
	if (!source)
		return 0;
	if (source->kind == SU_SOURCE_REG)
		return su_abi_saved_bit(source->reg);
	if (source->kind != SU_SOURCE_OP)
		return 0;
	return saved_registers_of(source->a) | saved_registers_of(source->b);
}

static uint8_t saved_registers_read(const struct su_recipe *recipe)
{
	uint8_t bits = 0;

	for (size_t i = 0; i < recipe->moves.len; i++)
		bits |= saved_registers_of(recipe->moves.at[i].source);
	return bits;
}

static void add_checkpoint(struct su_maker *maker, uint32_t function, const struct su_carry *carry,
			   const struct su_body *body, const struct su_recipe *recipe,
			   const su_local_pairs *locals, uint64_t stub)
{
	struct su_patch_draft *draft = &maker->draft;
	struct su_patch_checkpoint point = {
		.from = from_addr(carry, body, recipe->from_vaddr),
		.to = resume_at(carry, body, recipe->to_vaddr).addr,
		.stub = stub,
		.function = function,
		.direction = carry->pair.reverse,
		.kind = recipe->is_return ? SU_POINT_CALL_RETURN : SU_POINT_INSIDE,
		.flags = (recipe->seeded ? SU_POINT_SEEDED : 0) |
			 (recipe->pristine ? SU_POINT_PRISTINE : 0) |
			 (recipe->is_return && su_recipe_reads_scratch(recipe) ? SU_POINT_SCRATCH
									       : 0) |
			 (recipe->inside && recipe->is_return ? SU_POINT_ANY_WAY : 0) |
			 (recipe->asserted || recipe->asserted_value ? SU_POINT_ASSERTED : 0) |
			 (recipe->unheld ? SU_POINT_UNHELD : 0),
		.pairing = (uint8_t)recipe->pairing,
		.reads = saved_registers_read(recipe),
		.paths = SU_PATHS_UNTRIED,
		.first_value = (uint32_t)draft->values.len,
	};

	add_lines(maker, carry, &point, recipe->from_vaddr - recipe->is_return,
		  recipe->to_vaddr - !recipe->lands);
	for (size_t i = 0; i < recipe->moves.len; i++)
		add_value(maker, &recipe->moves.at[i]);
	su_maker_add_implied(maker, &carry->pair, locals, recipe);
	point.value_count = (uint32_t)draft->values.len - point.first_value;
	su_vec_push(&draft->checkpoints, point);
	if (recipe->is_return)
		draft->functions.at[function].call_returns_derived[carry->pair.reverse]++;
}

static void add_entry_checkpoint(struct su_maker *maker, uint32_t function,
				 const struct su_carry *carry, const struct su_body *body)
{
	struct su_patch_checkpoint point = {
		.from = from_addr(carry, body, carry->pair.from->routine->vaddr),
		.to = resume_at(carry, body, carry->pair.to->routine->vaddr).addr,
		.function = function,
		.direction = carry->pair.reverse,
		.kind = SU_POINT_ENTRY,
		.paths = SU_PATHS_UNTRIED,
		.first_value = (uint32_t)maker->draft.values.len,
	};

	add_lines(maker, carry, &point, carry->pair.from->routine->vaddr,
		  carry->pair.to->routine->vaddr);
	su_vec_push(&maker->draft.checkpoints, point);
}

static void add_missing(struct su_maker *maker, uint32_t function, const struct su_carry *carry,
			const struct su_body *body, const struct su_recipe *recipe,
			const char *reason)
{
	struct su_patch_missing missing = {
		.from = from_addr(carry, body, recipe->from_vaddr),
		.function = function,
		.direction = carry->pair.reverse,
		.reason = su_patch_draft_string(&maker->draft, reason),
	};

	missing.file = line_at(maker, carry->pair.from->program,
			       recipe->from_vaddr - recipe->is_return, &missing.line);
	su_vec_push(&maker->draft.missing, missing);
}

/* ---- one function, one direction ---- */

static int compare_wanted(const void *a, const void *b)
{
	const struct su_wanted_jump *x = a, *y = b;

	return (x->at > y->at) - (x->at < y->at);
}

static const struct su_wanted_jump *wanted_at(const struct su_wanted_jump *wanted, size_t count,
					      uint64_t at)
{
	struct su_wanted_jump key = { .at = at };

	return bsearch(&key, wanted, count, sizeof(*wanted), compare_wanted);
}

static uint64_t entry_jump_at(const struct su_routine *routine)
{
	const struct su_function *code = routine->code;
	bool endbr = code->insn_count && code->insns[0].is_endbr;

	return routine->vaddr + (endbr ? code->insns[0].length : 0);
}

static struct su_err *want_all(struct su_maker *maker, const struct su_carry *carry,
			       const struct su_body *body, struct su_wanted_jump *wanted,
			       uint64_t *stubs, size_t *ret_count)
{
	struct su_spot entry = resume_at(carry, body, carry->pair.to->routine->vaddr);
	size_t count = 0;

	wanted[count++] = (struct su_wanted_jump){ .at = entry_jump_at(carry->pair.from->routine),
						   .to = entry.addr,
						   .space = entry.space,
						   .kind = SU_JUMP_ENTRY };
	for (size_t i = 0; i < carry->recipes.len; i++) {
		const struct su_recipe *recipe = &carry->recipes.at[i];
		struct su_spot to = resume_at(carry, body, recipe->to_vaddr);

		if (recipe->reason)
			continue;
		if (!recipe->identity) {
			SU_TRY(add_stub(maker, carry, body, recipe, &stubs[i]));
			to = (struct su_spot){ SU_SPACE_PATCH, stubs[i] };
		}
		wanted[count++] = (struct su_wanted_jump){ .at = recipe->from_vaddr,
							   .to = to.addr,
							   .space = to.space,
							   .kind = SU_JUMP_PAD };
	}
	qsort(wanted, count, sizeof(*wanted), compare_wanted);
	*ret_count = count;
	return NULL;
}

static struct su_err *no_entry(const struct su_carry *carry)
{
	return su_refuse(SU_WHY_TOO_SHORT_CALLERS, carry->pair.from->routine->name,
			 carry->pair.from->routine->unit);
}

static struct su_err *second_return(const struct su_carry *carry)
{
	return su_refuse(SU_WHY_SETJMP, carry->pair.from->routine->name,
			 carry->pair.from->routine->unit, carry->unsafe);
}

static void add_records(struct su_maker *maker, uint32_t function, const struct su_carry *carry,
			const struct su_body *body, const struct su_wanted_jump *wanted,
			size_t count, const uint64_t *stubs)
{
	struct su_patch_function *record = &maker->draft.functions.at[function];
	su_local_pairs locals = { 0 };

	su_maker_pair_locals(&carry->pair, &locals);
	record->opaque[carry->pair.reverse] =
		su_patch_draft_string(&maker->draft, carry->pair.opaque);
	for (size_t i = 0; i < carry->recipes.len; i++) {
		const struct su_recipe *recipe = &carry->recipes.at[i];
		record->call_returns[carry->pair.reverse] += recipe->is_return;
		const struct su_wanted_jump *jump =
			recipe->reason ? NULL : wanted_at(wanted, count, recipe->from_vaddr);

		if (jump && jump->possible)
			add_checkpoint(maker, function, carry, body, recipe, &locals, stubs[i]);
		else
			add_missing(maker, function, carry, body, recipe,
				    recipe->reason ? recipe->reason : SU_WHY_NO_LANDING_PAD);
	}
	su_vec_deinit(&locals);
}

struct su_err *su_maker_add_points(struct su_maker *maker, uint32_t function,
				   struct su_carry *carry, struct su_body *body)
{
	size_t room = carry->recipes.len + 1, count = 0;
	struct su_wanted_jump *wanted = su_alloc(room * sizeof(*wanted));
	uint64_t *stubs = su_alloc(room * sizeof(*stubs));
	struct su_err *err = carry->unsafe ? second_return(carry)
					   : want_all(maker, carry, body, wanted, stubs, &count);

	if (!err) {
		su_maker_add_jumps(maker, function, carry->pair.reverse ? SU_REVERSE : SU_FORWARD,
				   carry->pair.from->program, carry->pair.from->routine,
				   carry->pair.reverse ? body : NULL, wanted, count);
		bool entry = wanted_at(wanted, count, entry_jump_at(carry->pair.from->routine))
				     ->possible;

		if (entry)
			add_entry_checkpoint(maker, function, carry, body);
		if (entry || carry->pair.from->routine->bypassed)
			add_records(maker, function, carry, body, wanted, count, stubs);
		else
			err = no_entry(carry);
	}
	free(wanted);
	free(stubs);
	return err;
}

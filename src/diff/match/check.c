/*
 * What may not be left undecided, or led astray: see match.h.
 *
 * Variables that have a like in the other version and could not be told apart from others refuse: one
 * of them would start anew.  And an address has one meaning: a function that had several names (an
 * alias, or one that the linker folded) and is several functions now cannot be reached by its old
 * address from both.  That matters where someone holds the address: another image by the exported
 * name, or a pointer.  Direct calls within the image are bound one by one.
 */
#include <string.h>

#include "base/reason.h"
#include "diff/compare.h"
#include "diff/match/match_private.h"

struct check {
	const struct su_program *old_program, *new_program;
	struct su_map *taken;	    /* addresses of the old version that pointers hold */
	struct su_map *new_symbols; /* global name@version of the new version -> symbol */
};

/* ---- state ---- */

static struct su_err *check_state(const struct su_program *program)
{
	for (size_t i = 0; i < program->data.len; i++) {
		const struct su_datum *datum = &program->data.at[i];

		if (datum->doubtful && (!datum->constant || datum->unit_id))
			return su_refuse(SU_WHY_NAMESAKES, datum->name, datum->unit,
					 datum->function ? ", in " : "",
					 datum->function ? datum->function : "");
	}
	return NULL;
}

/* ---- who holds addresses ---- */

static void note_taken(struct check *check)
{
	const struct su_program *program = check->old_program;

	for (size_t r = 0; r < program->routines.len; r++) {
		const struct su_function *code = program->routines.at[r].code;

		for (size_t i = 0; i < 2 * code->insn_count; i++) {
			const struct su_insn *insn = &code->insns[i / 2];
			bool calls = insn->flow == SU_FLOW_CALL || insn->flow == SU_FLOW_JUMP ||
				     insn->flow == SU_FLOW_COND;

			if (insn->fields[i % 2].size && !calls)
				su_map_put_u64(check->taken, insn->fields[i % 2].target, check);
		}
	}
	for (size_t i = 0; i < program->image->reloc_count; i++) {
		const struct su_dynreloc *reloc = &program->image->relocs[i];
		uint64_t base = reloc->symbol ? reloc->symbol->vaddr : 0;

		if (reloc->type != R_X86_64_JUMP_SLOT)
			su_map_put_u64(check->taken, base + (uint64_t)reloc->addend, check);
	}
}

static const char *holder_of(const struct check *check, const struct su_symbol *symbol)
{
	if (symbol->dynamic)
		return "other images may know it by that name";
	return su_map_get_u64(check->taken, symbol->vaddr) ? "pointers to it may be held" : NULL;
}

/* ---- names ---- */

static const char *symbol_key(const struct su_program *program, const struct su_symbol *symbol)
{
	return su_arena_format(program->arena, "%s@%s", symbol->name,
			       symbol->version ? symbol->version : "");
}

static bool is_local(const struct su_symbol *symbol)
{
	return symbol->bind == STB_LOCAL;
}

static void index_new_symbols(struct check *check)
{
	const struct su_image *image = check->new_program->image;

	for (size_t i = 0; i < image->symbol_count; i++)
		if (!is_local(&image->symbols[i]))
			su_map_put_str(check->new_symbols,
				       symbol_key(check->new_program, &image->symbols[i]),
				       (void *)&image->symbols[i]);
}

/* A static function is looked for by the file that the linker names. */
static const struct su_symbol *local_symbol(const struct check *check,
					    const struct su_symbol *wanted)
{
	const struct su_image *image = check->new_program->image;
	const struct su_symbol *found = NULL;

	for (size_t i = 0; i < image->symbol_count; i++) {
		const struct su_symbol *symbol = &image->symbols[i];

		if (!is_local(symbol) || symbol->type != wanted->type || !symbol->file ||
		    !wanted->file || strcmp(symbol->name, wanted->name) != 0 ||
		    strcmp(su_base_name(symbol->file), su_base_name(wanted->file)) != 0)
			continue;
		if (found)
			return NULL;
		found = symbol;
	}
	return found;
}

static const struct su_symbol *same_symbol(const struct check *check,
					   const struct su_symbol *symbol)
{
	if (is_local(symbol))
		return su_is_clone(symbol->name) ? NULL : local_symbol(check, symbol);
	return su_map_get_str(check->new_symbols, symbol_key(check->old_program, symbol));
}

/* ---- functions ---- */

static struct su_routine *routine_of(const struct su_program *program,
				     const struct su_symbol *symbol)
{
	struct su_routine *routine = su_program_routine_at(program, symbol->vaddr);

	return routine && routine->vaddr == symbol->vaddr ? routine : NULL;
}

static struct su_err *led_astray(const struct su_routine *routine, const struct su_symbol *symbol,
				 const char *holder)
{
	return su_refuse(SU_WHY_SHARED_CODE, symbol->name,
			 routine->peer ? routine->peer->name : routine->name, routine->unit,
			 holder);
}

/* An old name of a routine must lead to what has that name now. */
static struct su_err *check_routine(const struct check *check, const struct su_symbol *symbol)
{
	struct su_routine *routine = routine_of(check->old_program, symbol);
	bool own = routine && !strcmp(symbol->name, routine->name);
	const struct su_symbol *now = routine && !routine->startup && !(own && is_local(symbol))
					      ? same_symbol(check, symbol)
					      : NULL;
	struct su_routine *other = now ? routine_of(check->new_program, now) : NULL;
	const char *holder;

	if (!other || other == routine->peer)
		return NULL;
	if (su_same_code(check->old_program, routine, check->new_program, other) ||
	    (routine->peer &&
	     su_same_code(check->new_program, routine->peer, check->new_program, other)))
		return NULL;
	holder = holder_of(check, symbol);
	return holder ? led_astray(routine, symbol, holder) : NULL;
}

/* ---- data ---- */

static struct su_datum *datum_of(const struct su_program *program, const struct su_symbol *symbol)
{
	struct su_meaning meaning = su_program_meaning(program, symbol->vaddr);

	return meaning.kind == SU_MEANS_DATUM && !meaning.off ? meaning.datum : NULL;
}

static struct su_err *check_datum(const struct check *check, const struct su_symbol *symbol)
{
	struct su_datum *datum = datum_of(check->old_program, symbol);
	const struct su_symbol *now =
		datum && !is_local(symbol) ? same_symbol(check, symbol) : NULL;
	const struct su_datum *other = now ? datum_of(check->new_program, now) : NULL;

	if (!other || other == datum->peer)
		return NULL;
	if (datum->constant && other->size == datum->size &&
	    su_same_bytes(check->old_program, datum->vaddr, check->new_program, other->vaddr,
			  datum->size))
		return NULL;
	return su_refuse(SU_WHY_OTHER_NAME, symbol->name,
			 datum->peer ? datum->peer->name : datum->name, datum->unit);
}

static struct su_err *check_names(const struct check *check)
{
	const struct su_image *image = check->old_program->image;

	for (size_t i = 0; i < image->symbol_count; i++) {
		const struct su_symbol *symbol = &image->symbols[i];

		if (symbol->type == STT_FUNC)
			SU_TRY(check_routine(check, symbol));
		else if (symbol->type == STT_OBJECT && symbol->size)
			SU_TRY(check_datum(check, symbol));
	}
	return NULL;
}

struct su_err *su_match_check(const struct su_program *old_program,
			      const struct su_program *new_program)
{
	struct check check = { .old_program = old_program,
			       .new_program = new_program,
			       .taken = su_map_create(),
			       .new_symbols = su_map_create() };
	struct su_err *err = check_state(old_program);

	note_taken(&check);
	index_new_symbols(&check);
	if (!err)
		err = check_names(&check);
	su_map_destroy(check.taken);
	su_map_destroy(check.new_symbols);
	return err;
}

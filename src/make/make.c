/*
 * The passes that make a patch out of two builds: see plan.h.
 */
#include "make/make.h"

#include <stdlib.h>
#include <string.h>

#include "base/reason.h"
#include "diff/compare.h"
#include "diff/got.h"
#include "diff/inside.h"
#include "diff/layout.h"
#include "diff/match/match.h"
#include "diff/moving.h"
#include "diff/sets.h"
#include "make/between.h"
#include "make/maker.h"

/* ---- functions ---- */

static bool is_added(const struct su_routine *routine)
{
	return !routine->peer && !routine->startup;
}

static uint32_t add_function(struct su_maker *maker, const struct su_routine *old_routine,
			     const struct su_routine *new_routine, enum su_change change)
{
	const struct su_routine *routine = new_routine ? new_routine : old_routine;
	struct su_patch_draft *draft = &maker->draft;
	struct su_patch_function record = {
		.name = su_patch_draft_string(draft, routine->name),
		.unit = su_patch_draft_string(draft, routine->unit),
		.reason = su_patch_draft_string(draft, routine->reason),
		.change = change,
		.old_vaddr = old_routine ? old_routine->vaddr : 0,
		.new_vaddr = new_routine ? new_routine->vaddr : 0,
	};

	su_vec_push(&draft->functions, record);
	return (uint32_t)draft->functions.len - 1;
}

static struct su_err *check_relocatable(const struct su_maker *maker,
					const struct su_routine *routine)
{
	if (routine->code->relocatable)
		return NULL;
	return su_refuse(SU_WHY_CODE_NOT_UNDERSTOOD, maker->new_program->image->path, routine->name,
			 routine->unit,
			 routine->code->opaque ? routine->code->opaque : SU_WHY_DOES_NOT_DECODE);
}

/* Which functions get new bodies. */
static struct su_err *choose_bodies(struct su_maker *maker)
{
	struct su_program *program = maker->new_program;

	for (size_t i = 0; i < program->routines.len; i++) {
		struct su_routine *routine = &program->routines.at[i];

		if (!routine->changed && !is_added(routine))
			continue;
		SU_TRY(check_relocatable(maker, routine));
		su_vec_push(&maker->bodies, (struct su_body){ .routine = routine });
	}
	for (size_t i = 0; i < maker->bodies.len; i++) {
		struct su_body *body = &maker->bodies.at[i];

		su_map_put_u64(maker->body_of, su_key(body->routine), body);
	}
	return NULL;
}

static void lay_out_bodies(struct su_maker *maker)
{
	for (size_t i = 0; i < maker->bodies.len; i++) {
		struct su_body *body = &maker->bodies.at[i];
		const char *name = body->routine->name;

		su_maker_lay_out_body(maker, body);
		for (size_t p = 0; p < body->routine->part_count; p++)
			su_vec_push(
				&maker->draft.symbols,
				(struct su_patch_symbol){
					.name = p ? su_arena_format(maker->arena, "%s.cold", name)
						  : name,
					.vaddr = body->addr[p],
					.size = body->routine->parts[p].size,
					.is_function = true });
	}
}

static struct su_err *copy_bodies(struct su_maker *maker)
{
	for (size_t i = 0; i < maker->bodies.len; i++)
		SU_TRY(su_maker_copy_body(maker, &maker->bodies.at[i]));
	return NULL;
}

/* ---- checkpoints ---- */

static struct su_err *add_both_ways(struct su_maker *maker, uint32_t function, struct su_body *body,
				    struct su_carry *forward, struct su_carry *reverse)
{
	su_carry_derive_both(forward, reverse);
	su_migrations_apply(&maker->migrations, forward);
	su_migrations_apply(&maker->migrations, reverse);
	SU_TRY(su_spec_count(&maker->spec, forward));
	SU_TRY(su_spec_count(&maker->spec, reverse));
	SU_TRY(su_maker_add_points(maker, function, forward, body));
	return su_maker_add_points(maker, function, reverse, body);
}

static struct su_err *carry_both_ways(struct su_maker *maker, uint32_t function,
				      struct su_body *body, const struct su_side *old_side,
				      const struct su_side *new_side)
{
	struct su_asserted there = { 0 }, back = { 0 };
	struct su_carry forward = {
		.pair = { .arena = maker->arena, .from = old_side, .to = new_side },
		.asserted = &there,
	};
	struct su_carry reverse = {
		.pair = { .arena = maker->arena,
			  .from = new_side,
			  .to = old_side,
			  .reverse = true },
		.asserted = &back,
	};
	struct su_err *err;

	forward.pair.alignment = su_align(maker->arena, maker->old_program, old_side->routine,
					  maker->new_program, new_side->routine);
	reverse.pair.alignment = su_align_reverse(maker->arena, forward.pair.alignment);
	err = su_spec_resolve(&maker->spec, old_side, new_side, false, &there);
	if (!err)
		err = su_spec_resolve(&maker->spec, new_side, old_side, true, &back);
	if (!err)
		err = add_both_ways(maker, function, body, &forward, &reverse);
	su_carry_deinit(&forward);
	su_carry_deinit(&reverse);
	su_asserted_deinit(&there);
	su_asserted_deinit(&back);
	return err;
}

static struct su_err *change_function(struct su_maker *maker, struct su_body *body)
{
	struct su_routine *new_routine = body->routine, *old_routine = new_routine->peer;
	uint32_t function = add_function(maker, old_routine, new_routine, SU_CHANGED);
	struct su_side old_side = { 0 }, new_side = { 0 };
	struct su_err *err;

	maker->draft.functions.at[function].patch_vaddr = body->addr[0];
	err = su_side_init(&old_side, maker->arena, maker->old_program, old_routine);
	if (!err)
		err = su_side_init(&new_side, maker->arena, maker->new_program, new_routine);
	if (!err)
		err = su_maker_check_bounds(&new_side);
	if (!err)
		err = su_maker_check_elements(&old_side, &new_side);
	if (!err) {
		su_judge_look(&maker->judge, &old_side, false);
		su_judge_look(&maker->judge, &new_side, true);
		err = carry_both_ways(maker, function, body, &old_side, &new_side);
	}
	su_side_deinit(&old_side);
	su_side_deinit(&new_side);
	return su_err_context(err, "function '%s'", new_routine->name);
}

/* Activations of functions that exist in one version only can but return. */
static void strand_function(struct su_maker *maker, uint32_t function, enum su_direction direction,
			    const struct su_program *program, const struct su_routine *routine,
			    const struct su_body *body)
{
	const char *why = direction == SU_FORWARD ? SU_WHY_ONLY_OLD : SU_WHY_ONLY_NEW;

	maker->draft.functions.at[function].opaque[direction] =
		su_patch_draft_string(&maker->draft, why);
	su_maker_add_jumps(maker, function, direction, program, routine, body, NULL, 0);
}

static struct su_err *check_added(struct su_maker *maker, const struct su_routine *routine)
{
	struct su_side side = { 0 };
	struct su_err *err = su_side_init(&side, maker->arena, maker->new_program, routine);

	if (!err)
		err = su_maker_check_bounds(&side);
	su_side_deinit(&side);
	return su_err_context(err, "function '%s'", routine->name);
}

static struct su_err *add_changed_and_added(struct su_maker *maker)
{
	for (size_t i = 0; i < maker->bodies.len; i++) {
		struct su_body *body = &maker->bodies.at[i];
		uint32_t function;

		if (body->routine->peer) {
			SU_TRY(change_function(maker, body));
			continue;
		}
		SU_TRY(check_added(maker, body->routine));
		function = add_function(maker, NULL, body->routine, SU_ADDED);
		maker->draft.functions.at[function].patch_vaddr = body->addr[0];
		strand_function(maker, function, SU_REVERSE, maker->new_program, body->routine,
				body);
	}
	return NULL;
}

static void add_removed(struct su_maker *maker)
{
	struct su_program *program = maker->old_program;

	for (size_t i = 0; i < program->routines.len; i++) {
		struct su_routine *routine = &program->routines.at[i];

		if (routine->peer || routine->startup)
			continue;
		uint32_t function = add_function(maker, routine, NULL, SU_REMOVED);
		strand_function(maker, function, SU_FORWARD, program, routine, NULL);
	}
}

/* ---- the head ---- */

static struct su_err *fill_head(struct su_maker *maker)
{
	const struct su_image *a = maker->old_program->image, *b = maker->new_program->image;
	const struct su_section *note = su_image_section_named(a, ".note.gnu.build-id");
	struct su_patch_head *head = &maker->draft.head;

	if (!note)
		return su_refuse(SU_WHY_BUILD_ID_PLACE, a->path);
	head->image_name = su_patch_draft_string(&maker->draft, a->name);
	head->old_build_id_size = (uint32_t)a->build_id_size;
	head->new_build_id_size = (uint32_t)b->build_id_size;
	memcpy(head->old_build_id, a->build_id, a->build_id_size);
	memcpy(head->new_build_id, b->build_id, b->build_id_size);
	head->note_vaddr = note->vaddr;
	head->note_size = note->size;
	head->image_low = UINT64_MAX;
	for (size_t i = 0; i < a->segment_count; i++) {
		const struct su_segment *segment = &a->segments[i];
		uint64_t end = segment->vaddr + segment->memsz;

		if (segment->type != PT_LOAD)
			continue;
		if (segment->vaddr < head->image_low)
			head->image_low = segment->vaddr & ~4095ull;
		if (end > head->image_high)
			head->image_high = (end + 4095) & ~4095ull;
	}
	return NULL;
}

/* ---- the passes ---- */

/* Strings that the old version's code refers to, for those of the same text to keep their address.
 */
static void index_old_strings(struct su_maker *maker)
{
	const struct su_program *program = maker->old_program;

	for (size_t i = 0; i < program->anonymous.len; i++) {
		uint64_t vaddr = program->anonymous.at[i];
		const char *text = su_program_meaning(program, vaddr).kind == SU_MEANS_ANONYMOUS
					   ? su_program_string_at(program, vaddr)
					   : NULL;

		if (text)
			su_map_put_str(maker->old_strings, text, (void *)(uintptr_t)(vaddr + 1));
	}
}

/* For a person to judge: what the identity of things rests on, where it is no name of their own. */
static void add_match(struct su_maker *maker, const char *name, const char *unit,
		      const char *evidence, struct su_patch_match match)
{
	struct su_patch_draft *draft = &maker->draft;

	match.name = su_patch_draft_string(draft, name);
	match.unit = su_patch_draft_string(draft, unit);
	match.evidence = su_patch_draft_string(draft, evidence);
	su_vec_push(&draft->matches, match);
}

static void add_matches(struct su_maker *maker)
{
	const struct su_program *program = maker->new_program;

	for (size_t i = 0; i < program->routines.len; i++) {
		const struct su_routine *routine = &program->routines.at[i];

		if (routine->peer && routine->evidence)
			add_match(maker, routine->name, routine->unit, routine->evidence,
				  (struct su_patch_match){ .old_vaddr = routine->peer->vaddr,
							   .new_vaddr = routine->vaddr });
	}
	for (size_t i = 0; i < program->data.len; i++) {
		const struct su_datum *datum = &program->data.at[i];

		if (datum->peer && datum->evidence)
			add_match(maker, datum->name, datum->unit, datum->evidence,
				  (struct su_patch_match){ .is_variable = 1,
							   .old_vaddr = datum->peer->vaddr,
							   .new_vaddr = datum->vaddr });
	}
}

static void add_assertions(struct su_maker *maker)
{
	struct su_patch_draft *draft = &maker->draft;

	for (size_t i = 0; i < maker->spec.statements.len; i++) {
		const struct su_statement *statement = &maker->spec.statements.at[i];

		su_vec_push(&draft->assertions,
			    (struct su_patch_assertion){
				    .text = su_patch_draft_string(draft, statement->text),
				    .file = su_patch_draft_string(draft, maker->spec.path),
				    .line = statement->line,
				    .uses = statement->uses });
	}
}

static bool has_excluded(const struct su_maker *maker)
{
	for (size_t i = 0; i < maker->spec.statements.len; i++) {
		const struct su_statement *statement = &maker->spec.statements.at[i];

		if (statement->kind == SU_STATEMENT_EXCLUDE && statement->uses)
			return true;
	}
	return false;
}

/* The next stage is told; a caller that wants no more of it is heeded. */
static struct su_err *begin_stage(const struct su_make_input *input, const char *what)
{
	if (input->progress)
		input->progress(input->progress_ctx, what);
	return input->is_cancelled && input->is_cancelled(input->is_cancelled_ctx)
		       ? su_refuse(SU_WHY_CANCELLED)
		       : NULL;
}

static struct su_err *make_passes(struct su_maker *maker, const struct su_make_input *input)
{
	SU_TRY(begin_stage(input, "matching and comparing"));
	SU_TRY(su_got_check(maker->old_program));
	SU_TRY(su_got_check(maker->new_program));
	su_match_programs(maker->old_program, maker->new_program);
	SU_TRY(su_maker_check_layouts(maker));
	SU_TRY(su_moving_choose(maker->old_program, maker->new_program));
	su_compare_programs(maker->old_program, maker->new_program);
	SU_TRY(su_match_check(maker->old_program, maker->new_program));
	SU_TRY(su_maker_check_moved(maker));
	SU_TRY(su_spec_check(&maker->spec, maker->old_program, maker->new_program));
	SU_TRY(su_spec_exclude(&maker->spec, maker->old_program, maker->new_program));
	SU_TRY(su_maker_find_reused(maker));
	SU_TRY(su_maker_check_known(maker));
	SU_TRY(su_sets_check(maker->old_program, maker->new_program));
	SU_TRY(su_bypass_short_functions(maker->old_program));
	SU_TRY(su_inside_check(maker->old_program, maker->new_program));
	SU_TRY(fill_head(maker));
	SU_TRY(begin_stage(input, "binding the new code"));
	SU_TRY(choose_bodies(maker));
	SU_TRY(su_maker_check_unwinding(maker));
	SU_TRY(su_maker_check_chosen(maker));
	lay_out_bodies(maker);
	index_old_strings(maker);
	SU_TRY(copy_bodies(maker));
	SU_TRY(su_maker_add_words(maker));
	SU_TRY(su_maker_add_moved(maker));
	SU_TRY(begin_stage(input, "deriving checkpoints"));
	SU_TRY(su_migrations_find(&maker->migrations, maker->old_program, maker->new_program));
	SU_TRY(add_changed_and_added(maker));
	if (su_judge_requests_differ(&maker->judge))
		SU_TRY(su_layout_check_counts(maker->old_program, maker->new_program));
	SU_TRY(su_spec_finish(&maker->spec));
	add_removed(maker);
	add_assertions(maker);
	su_judge_finish(&maker->judge, maker->arena, &maker->draft);
	add_matches(maker);
	if (!has_excluded(maker)) /* else where all of B lives is not known */
		su_maker_add_map(maker);
	su_maker_add_variables(maker);
	SU_TRY(begin_stage(input, "writing the patch"));
	SU_TRY(su_maker_add_hashes(maker));
	su_maker_finish(maker); /* from here on all addresses are patch addresses */
	su_maker_add_unwind(maker);
	su_maker_add_debug(maker);
	return NULL;
}

static struct su_err *encode_patch(struct su_maker *maker, const struct su_make_input *input,
				   uint8_t **ret_patch, size_t *ret_size)
{
	uint8_t *bytes = NULL;
	size_t size = 0;
	struct su_err *err = su_patch_draft_encode(&maker->draft, &bytes, &size);

	if (!err && !input->no_validate) {
		err = begin_stage(input, "trying checkpoints");
		if (!err)
			err = su_maker_try(maker, bytes, size);
		free(bytes);
		bytes = NULL;
		if (!err)
			err = su_patch_draft_encode(&maker->draft, &bytes, &size);
	}
	*ret_patch = bytes;
	*ret_size = size;
	return err;
}

static void maker_init(struct su_maker *maker)
{
	maker->arena = su_arena_create();
	maker->spec.arena = maker->migrations.arena = maker->arena;
	maker->body_of = su_map_create();
	maker->placed = su_map_create();
	maker->placed_size = su_map_create();
	maker->old_strings = su_map_create();
	maker->slots = su_map_create();
	maker->thunks = su_map_create();
	su_patch_draft_init(&maker->draft);
}

static void maker_deinit(struct su_maker *maker)
{
	su_patch_draft_deinit(&maker->draft);
	su_spec_deinit(&maker->spec);
	su_migrations_deinit(&maker->migrations);
	su_judge_deinit(&maker->judge);
	su_vec_deinit(&maker->bodies);
	su_vec_deinit(&maker->distances);
	su_convertible_destroy(maker->convertible);
	su_map_destroy(maker->body_of);
	su_map_destroy(maker->placed);
	su_map_destroy(maker->placed_size);
	su_map_destroy(maker->old_strings);
	su_map_destroy(maker->slots);
	su_map_destroy(maker->thunks);
	su_program_close(maker->old_program);
	su_program_close(maker->new_program);
	su_arena_destroy(maker->arena);
}

/* The build-id says which build DWARF is of; without that a person may want to know what did. */
static void note_stand_in(const struct su_make_input *input, const struct su_program *program)
{
	const struct su_image *image = program->image;

	if (!input->note || !image->stand_in)
		return;
	SU_FREE char *text = su_format("%s: its debug information is that of %s, which has another "
				       "build-id and the same code and data, byte for byte",
				       image->path, image->stand_in);
	input->note(input->note_ctx, text);
}

static struct su_err *open_programs(struct su_maker *maker, const struct su_make_input *input)
{
	SU_TRY(begin_stage(input, "reading the old version"));
	SU_TRY(su_program_open(input->old_path, input->debug_dirs, input->debug_dir_count,
			       &maker->old_program));
	SU_TRY(begin_stage(input, "reading the new version"));
	SU_TRY(su_program_open(input->new_path, input->debug_dirs, input->debug_dir_count,
			       &maker->new_program));
	note_stand_in(input, maker->old_program);
	note_stand_in(input, maker->new_program);
	return NULL;
}

struct su_err *su_make_patch(const struct su_make_input *input, uint8_t **ret_patch,
			     size_t *ret_size)
{
	struct su_maker maker = { 0 };
	struct su_err *err = NULL;

	maker_init(&maker);
	if (input->spec_path)
		err = su_spec_read(&maker.spec, input->spec_path);
	if (!err)
		err = open_programs(&maker, input);
	if (!err)
		err = make_passes(&maker, input);
	if (!err)
		err = encode_patch(&maker, input, ret_patch, ret_size);
	maker_deinit(&maker);
	return err;
}

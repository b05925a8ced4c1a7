/*
 * Checking records one by one: strings, kinds, and that what has an address lies where it belongs.
 * Part of reader.h.
 */
#include <inttypes.h>

#include "patch/patch_private.h"

static struct su_err *check_function(const struct su_patch *patch,
				     const struct su_patch_function *function)
{
	if (!su_patch_is_string(patch, function->name) ||
	    !su_patch_is_string(patch, function->unit) ||
	    !su_patch_is_string(patch, function->reason) ||
	    !su_patch_is_string(patch, function->opaque[0]) ||
	    !su_patch_is_string(patch, function->opaque[1]))
		return su_patch_bad("a function has no string");
	if (function->change > SU_REMOVED)
		return su_patch_bad("unknown kind of change of a function");
	if (function->change == SU_ADDED ? function->old_vaddr != 0
					 : !su_patch_in_image(patch, function->old_vaddr, 1))
		return su_patch_bad("old function at 0x%" PRIx64, function->old_vaddr);
	if (function->change == SU_REMOVED ? function->patch_vaddr != 0
					   : !su_patch_in_text(patch, function->patch_vaddr, 1))
		return su_patch_bad("new function at 0x%" PRIx64, function->patch_vaddr);
	return NULL;
}

static struct su_err *check_value(const struct su_patch *patch, const struct su_patch_value *value)
{
	if (!su_patch_is_string(patch, value->name) || !su_patch_is_string(patch, value->text) ||
	    value->derivation >= SU_DERIVED_COUNT || value->to_kind > SU_STORAGE_FRAME_ADDR ||
	    value->from_kind > SU_STORAGE_FRAME_ADDR ||
	    !su_patch_is_zero(value->reserved, sizeof(value->reserved)))
		return su_patch_bad("unknown derivation of a value");
	return NULL;
}

static struct su_err *check_missing(const struct su_patch *patch,
				    const struct su_patch_missing *missing)
{
	if (missing->direction > SU_REVERSE || missing->function >= patch->function_count ||
	    !su_patch_is_string(patch, missing->file) ||
	    !su_patch_is_string(patch, missing->reason) || missing->reserved)
		return su_patch_bad("unknown kind of missing checkpoint at 0x%" PRIx64,
				    missing->from);
	if (!su_patch_is_code(patch, missing->direction, missing->from, 0))
		return su_patch_bad("the missing checkpoint at 0x%" PRIx64 " is not in code",
				    missing->from);
	return NULL;
}

static struct su_err *check_variable(const struct su_patch *patch,
				     const struct su_patch_variable *variable)
{
	if (!su_patch_is_string(patch, variable->name) ||
	    !su_patch_is_string(patch, variable->unit) || variable->change > SU_MOVED)
		return su_patch_bad("unknown kind of change of a variable");
	if (!variable->patch_vaddr)
		return NULL;
	for (size_t i = 0; i < patch->segment_count; i++) {
		if (su_patch_within(variable->patch_vaddr, variable->size, patch->segments[i].vaddr,
				    patch->segments[i].memsz))
			return NULL;
	}
	return su_patch_bad("the variable at 0x%" PRIx64 " is in no segment",
			    variable->patch_vaddr);
}

static struct su_err *check_reloc(const struct su_patch *patch, const struct su_patch_reloc *reloc)
{
	const int64_t slack = (int64_t)1 << 31; /* an addend may lead out of the object */

	if (reloc->type > SU_RELOC_ABS64 || reloc->space > SU_SPACE_PATCH ||
	    reloc->home > SU_HOME_DATA || reloc->reserved || reloc->reserved2)
		return su_patch_bad("unknown kind of relocation at 0x%" PRIx64, reloc->at);
	if (!su_patch_filled(patch, reloc->at, reloc->type == SU_RELOC_PC32 ? 4 : 8))
		return su_patch_bad("the relocation at 0x%" PRIx64 " is in no segment", reloc->at);
	if (reloc->target > MAX_ADDRESS || reloc->addend < -slack || reloc->addend > slack)
		return su_patch_bad("the relocation at 0x%" PRIx64 " leads nowhere", reloc->at);
	return NULL;
}

static struct su_err *check_relocs(const struct su_patch *patch)
{
	for (size_t i = 0; i < patch->reloc_count; i++) {
		const struct su_patch_reloc *reloc = &patch->relocs[i], *last = reloc - 1;

		SU_TRY(check_reloc(patch, reloc));
		if (i && (reloc->at < last->at ||
			  reloc->at - last->at < (last->type == SU_RELOC_PC32 ? 4 : 8)))
			return su_patch_bad("relocations overlap or are not sorted at 0x%" PRIx64,
					    reloc->at);
	}
	return NULL;
}

static struct su_err *check_import(const struct su_patch *patch,
				   const struct su_patch_import *import)
{
	if (!su_patch_is_string(patch, import->name) || !import->name ||
	    !su_patch_is_string(patch, import->version) || import->kind > SU_IMPORT_OBJECT ||
	    import->weak > 1)
		return su_patch_bad("unknown kind of import");
	if (!su_patch_filled(patch, import->slot, 8))
		return su_patch_bad("the import slot at 0x%" PRIx64 " is in no segment",
				    import->slot);
	return NULL;
}

static struct su_err *check_match(const struct su_patch *patch, const struct su_patch_match *match)
{
	if (!su_patch_is_string(patch, match->name) || !su_patch_is_string(patch, match->unit) ||
	    !su_patch_is_string(patch, match->evidence) || match->is_variable > 1)
		return su_patch_bad("unknown kind of match");
	return NULL;
}

static struct su_err *check_word(const struct su_patch *patch, const struct su_patch_word *word)
{
	const struct su_patch_segment *segment = su_patch_filled(patch, word->from, word->size);

	if (!word->size || word->size > sizeof(word->before) || word->is_pointer > 1 ||
	    !su_patch_is_zero(word->reserved, sizeof(word->reserved)))
		return su_patch_bad("unknown kind of word at 0x%" PRIx64, word->at);
	if (!su_patch_in_image(patch, word->at, word->size))
		return su_patch_bad("the word at 0x%" PRIx64 " is not in the image", word->at);
	if (!segment || segment->flags != PF_R)
		return su_patch_bad("the word at 0x%" PRIx64 " has no new contents", word->at);
	return NULL;
}

static struct su_err *check_words(const struct su_patch *patch)
{
	for (size_t i = 0; i < patch->word_count; i++) {
		const struct su_patch_word *word = &patch->words[i], *last = word - 1;

		SU_TRY(check_word(patch, word));
		if (i && (word->at < last->at || word->at - last->at < last->size))
			return su_patch_bad("words overlap or are not sorted at 0x%" PRIx64,
					    word->at);
	}
	return NULL;
}

/* `addr`: 0, or where the `size` bytes are that a version starts a variable with. */
static bool is_initial(const struct su_patch *patch, uint64_t addr, uint64_t size)
{
	const struct su_patch_segment *segment = su_patch_filled(patch, addr, size);

	return !addr || (segment && segment->flags == PF_R);
}

static bool is_in_segment(const struct su_patch *patch, uint64_t vaddr, uint64_t size)
{
	for (size_t i = 0; i < patch->segment_count; i++)
		if (!(patch->segments[i].flags & PF_X) &&
		    su_patch_within(vaddr, size, patch->segments[i].vaddr,
				    patch->segments[i].memsz))
			return true;
	return false;
}

static bool is_step(const struct su_patch_moved *moved, const struct su_patch_step *step)
{
	bool number = step->kind == SU_PATCH_STEP_NUMBER;

	return step->kind <= SU_PATCH_STEP_UNTOUCHED && step->size && step->to_size &&
	       moved->size <= MAX_ADDRESS && moved->to_size <= MAX_ADDRESS &&
	       su_patch_within(step->at, step->size, 0, 8 * moved->size) &&
	       su_patch_within(step->to, step->to_size, 0, 8 * moved->to_size) &&
	       (step->kind != SU_PATCH_STEP_COPY || step->size == step->to_size) &&
	       (!number || (step->size <= 64 && step->to_size <= 64)) &&
	       step->is_signed[0] <= number && step->is_signed[1] <= number &&
	       su_patch_is_zero(step->reserved, sizeof(step->reserved));
}

static struct su_err *check_steps(const struct su_patch *patch, const struct su_patch_moved *moved)
{
	if (!su_patch_within(moved->first_step, moved->step_count, 0, patch->step_count) ||
	    !su_patch_is_string(patch, moved->why) || moved->reserved)
		return su_patch_bad("the variable at 0x%" PRIx64 " has no steps", moved->at);
	for (uint32_t i = 0; i < moved->step_count; i++)
		if (!is_step(moved, &patch->steps[moved->first_step + i]))
			return su_patch_bad("the variable at 0x%" PRIx64 " has a wrong step",
					    moved->at);
	return NULL;
}

static struct su_err *check_moved(const struct su_patch *patch, const struct su_patch_moved *moved)
{
	if (!su_patch_is_string(patch, moved->name) || !su_patch_is_string(patch, moved->unit))
		return su_patch_bad("the variable at 0x%" PRIx64 " has no name", moved->at);
	if (!moved->size || !su_patch_in_image(patch, moved->at, moved->size))
		return su_patch_bad("the variable at 0x%" PRIx64 " is not in the image", moved->at);
	if (!moved->to_size || !is_in_segment(patch, moved->to, moved->to_size))
		return su_patch_bad("the variable at 0x%" PRIx64 " has no new place", moved->at);
	if (!is_initial(patch, moved->before, moved->size) ||
	    !is_initial(patch, moved->after, moved->to_size))
		return su_patch_bad("the variable at 0x%" PRIx64 " starts with nothing", moved->at);
	return NULL;
}

static struct su_err *check_all_moved(const struct su_patch *patch)
{
	for (size_t i = 0; i < patch->moved_count; i++) {
		const struct su_patch_moved *moved = &patch->moved[i], *last = moved - 1;

		SU_TRY(check_moved(patch, moved));
		SU_TRY(check_steps(patch, moved));
		if (i && (moved->at < last->at || moved->at - last->at < last->size))
			return su_patch_bad("variables overlap or are not sorted at 0x%" PRIx64,
					    moved->at);
	}
	return NULL;
}

struct su_err *su_patch_check_records(struct su_patch *patch)
{
	for (size_t i = 0; i < patch->function_count; i++)
		SU_TRY(check_function(patch, &patch->functions[i]));
	SU_TRY(su_patch_check_code(patch));
	for (size_t i = 0; i < patch->value_count; i++)
		SU_TRY(check_value(patch, &patch->values[i]));
	for (size_t i = 0; i < patch->missing_count; i++)
		SU_TRY(check_missing(patch, &patch->missing[i]));
	for (size_t i = 0; i < patch->assertion_count; i++) {
		if (!su_patch_is_string(patch, patch->assertions[i].text) ||
		    !su_patch_is_string(patch, patch->assertions[i].file))
			return su_patch_bad("assertion %zu has no text", i);
	}
	for (size_t i = 0; i < patch->judgement_count; i++) {
		if (!su_patch_is_string(patch, patch->judgements[i].name) ||
		    !su_patch_is_string(patch, patch->judgements[i].unit) ||
		    !su_patch_is_string(patch, patch->judgements[i].text))
			return su_patch_bad("judgement %zu has no text", i);
	}
	for (size_t i = 0; i < patch->variable_count; i++)
		SU_TRY(check_variable(patch, &patch->variables[i]));
	SU_TRY(check_relocs(patch));
	for (size_t i = 0; i < patch->import_count; i++)
		SU_TRY(check_import(patch, &patch->imports[i]));
	for (size_t i = 0; i < patch->match_count; i++)
		SU_TRY(check_match(patch, &patch->matches[i]));
	SU_TRY(check_words(patch));
	SU_TRY(check_all_moved(patch));
	return su_patch_check_map(patch);
}

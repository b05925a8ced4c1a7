/*
 * Looking into a patch: the tables of patch/format.h in terms of the user.
 *
 * Nothing is checked here but indexes: su_patch_open() has.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/api_private.h"
#include "api/sized.h"
#include "arch/insn.h"
#include "base/alloc.h"
#include "base/input.h"
#include "base/text.h"

static void describe(struct strongupdate_patch *opened)
{
	const struct su_patch *patch = opened->patch;
	const struct su_patch_head *head = patch->head;

	su_text_hex(head->old_build_id, head->old_build_id_size, opened->old_build_id);
	su_text_hex(head->new_build_id, head->new_build_id_size, opened->new_build_id);
	opened->info = (struct strongupdate_patch_info){
		.image_name = su_patch_string(patch, head->image_name),
		.old_build_id = opened->old_build_id,
		.new_build_id = opened->new_build_id,
		.hash = opened->hash,
		.file_size = patch->size,
		.mapped_size = head->span,
		.function_count = patch->function_count,
		.variable_count = patch->variable_count,
		.checkpoint_count = patch->checkpoint_count,
		.missing_count = patch->missing_count,
		.assertion_count = patch->assertion_count,
		.judgement_count = patch->judgement_count,
		.match_count = patch->match_count,
		.signature_count = opened->signatures.list.len,
	};
}

/* Its bytes are believed by `permit`, or looked into for what they are. */
static struct su_err *open_patch(const char *path, su_api_permit *permit,
				 struct strongupdate_patch *opened)
{
	struct su_input input;

	SU_TRY(su_input_read(path, SU_PATCH_MOST, &input));
	su_signature_hash(input.bytes, input.size, opened->hash);
	struct su_err *err = su_signatures_read(path, &opened->signatures);
	if (!err && permit)
		err = permit(opened, path);
	if (!err)
		return su_patch_parse(input.bytes, input.size, path, &opened->patch);
	free(input.bytes);
	return err;
}

static struct strongupdate_error *finish_opening(struct strongupdate_patch *opened,
						 struct su_err *err,
						 struct strongupdate_patch **ret)
{
	if (err) {
		strongupdate_patch_close(opened);
		return su_api_error(err);
	}
	describe(opened);
	*ret = opened;
	return NULL;
}

static struct strongupdate_error *open_as_permitted(const char *path, su_api_permit *permit,
						    struct strongupdate_patch **ret)
{
	struct strongupdate_patch *opened = su_alloc(sizeof(*opened));

	return finish_opening(opened, open_patch(path, permit, opened), ret);
}

struct strongupdate_error *strongupdate_patch_open(const char *path,
						   struct strongupdate_patch **ret)
{
	return open_as_permitted(path, NULL, ret);
}

struct strongupdate_error *strongupdate_patch_open_bytes(const void *bytes, size_t size,
							 struct strongupdate_patch **ret)
{
	if (size > SU_PATCH_MOST)
		return su_api_error(su_err_new(SU_E_FORMAT, "the patch in memory is too large"));

	struct strongupdate_patch *opened = su_alloc(sizeof(*opened));
	uint8_t *copy = su_alloc(size);

	memcpy(copy, bytes, size);
	su_signature_hash(copy, size, opened->hash);
	struct su_err *err = su_patch_parse(copy, size, "the patch in memory", &opened->patch);
	return finish_opening(opened, err, ret);
}

struct strongupdate_error *strongupdate_patch_open_to_apply(const char *path,
							    struct strongupdate_patch **ret)
{
	return open_as_permitted(path, su_api_permit_patch, ret);
}

void strongupdate_patch_close(struct strongupdate_patch *patch)
{
	if (!patch)
		return;
	su_patch_close(patch->patch);
	su_signatures_deinit(&patch->signatures);
	su_trust_deinit(&patch->trust);
	free(patch);
}

const struct strongupdate_patch_info *
strongupdate_patch_info(const struct strongupdate_patch *patch)
{
	return &patch->info;
}

static const char *optional_text(const struct su_patch *patch, uint32_t string)
{
	return string ? su_patch_string(patch, string) : NULL;
}

static const char *change_name(uint32_t change)
{
	static const char *const names[] = {
		[SU_CHANGED] = "changed",	[SU_ADDED] = "added", [SU_REMOVED] = "removed",
		[SU_INITIAL] = "initial-value", [SU_MOVED] = "moved",
	};

	return names[change];
}

static struct strongupdate_function function_at(const struct su_patch *inner, size_t index)
{
	const struct su_patch_function *function = &inner->functions[index];
	return (struct strongupdate_function){
		.name = su_patch_string(inner, function->name),
		.unit = su_patch_string(inner, function->unit),
		.change = change_name(function->change),
		.reason = su_patch_string(inner, function->reason),
		.old_vaddr = function->old_vaddr,
		.new_vaddr = function->new_vaddr,
		.patch_vaddr = function->patch_vaddr,
		.call_returns = { function->call_returns[0], function->call_returns[1] },
		.call_returns_derived = { function->call_returns_derived[0],
					  function->call_returns_derived[1] },
		.opaque = { optional_text(inner, function->opaque[0]),
			    optional_text(inner, function->opaque[1]) },
	};
}

static const char *pairing_name(const struct su_patch_checkpoint *point)
{
	switch ((enum su_pairing)point->pairing) {
	case SU_PAIRING_CALLEE_CHANGED:
		return "callee-changed";
	case SU_PAIRING_HELPER:
		return "helper";
	case SU_PAIRING_REMOVED:
		return point->direction == SU_FORWARD ? "call-removed" : "call-added";
	default:
		return "same";
	}
}

static struct strongupdate_checkpoint checkpoint_at(const struct su_patch *inner, size_t index)
{
	static const char *const kinds[] = { [SU_POINT_ENTRY] = "entry",
					     [SU_POINT_CALL_RETURN] = "call-return",
					     [SU_POINT_INSIDE] = "inside" };
	const struct su_patch_checkpoint *point = &inner->checkpoints[index];
	return (struct strongupdate_checkpoint){
		.function = point->function,
		.direction = (enum strongupdate_direction)point->direction,
		.kind = kinds[point->kind],
		.from = point->from,
		.to = point->to,
		.stub = point->stub,
		.seeded = point->flags & SU_POINT_SEEDED,
		.asserted = point->flags & SU_POINT_ASSERTED,
		.pairing = pairing_name(point),
		.pristine = point->flags & SU_POINT_PRISTINE,
		.unheld = point->flags & SU_POINT_UNHELD,
		.tried = point->paths != SU_PATHS_UNTRIED,
		.paths = point->paths != SU_PATHS_UNTRIED ? point->paths : 0,
		.old_file = optional_text(inner, point->old_file),
		.new_file = optional_text(inner, point->new_file),
		.old_line = point->old_line,
		.new_line = point->new_line,
		.first_value = point->first_value,
		.value_count = point->value_count,
	};
}

static void format_place(char *ret, size_t size, uint8_t kind, uint8_t number, int64_t offset)
{
	static const char *const bases[] = { "cfa", "aligned", "dynamic" };
	const char *base = number < 3 ? bases[number] : "?";
	const char *sign = offset < 0 ? "-" : "+";
	uint64_t distance = offset < 0 ? -(uint64_t)offset : (uint64_t)offset;

	switch ((enum su_storage_kind)kind) {
	case SU_STORAGE_NONE:
		snprintf(ret, size, "%s", "");
		break;
	case SU_STORAGE_REG:
		snprintf(ret, size, "%s", number < SU_REG_COUNT ? su_reg_name(number) : "?");
		break;
	case SU_STORAGE_FRAME:
		snprintf(ret, size, "%s%s%" PRIu64, base, sign, distance);
		break;
	case SU_STORAGE_CONST:
		snprintf(ret, size, "%" PRId64, offset);
		break;
	case SU_STORAGE_ADDR:
		snprintf(ret, size, "address");
		break;
	case SU_STORAGE_FRAME_ADDR:
		snprintf(ret, size, "&%s%s%" PRIu64, base, sign, distance);
		break;
	}
}

static struct strongupdate_value value_at(const struct su_patch *inner, size_t index)
{
	const struct su_patch_value *value = &inner->values[index];
	struct strongupdate_value ret = {
		.name = su_patch_string(inner, value->name),
		.derivation = su_derivation_name(value->derivation),
		.text = su_patch_string(inner, value->text),
		.size = value->size,
	};
	format_place(ret.to, sizeof(ret.to), value->to_kind, value->to_number, value->to_offset);
	format_place(ret.from, sizeof(ret.from), value->from_kind, value->from_number,
		     value->from_offset);
	return ret;
}

static struct strongupdate_match match_at(const struct su_patch *inner, size_t index)
{
	const struct su_patch_match *match = &inner->matches[index];
	return (struct strongupdate_match){
		.name = su_patch_string(inner, match->name),
		.unit = su_patch_string(inner, match->unit),
		.evidence = su_patch_string(inner, match->evidence),
		.is_variable = match->is_variable,
		.old_vaddr = match->old_vaddr,
		.new_vaddr = match->new_vaddr,
	};
}

static struct strongupdate_assertion assertion_at(const struct su_patch *inner, size_t index)
{
	const struct su_patch_assertion *assertion = &inner->assertions[index];
	return (struct strongupdate_assertion){
		.text = su_patch_string(inner, assertion->text),
		.file = su_patch_string(inner, assertion->file),
		.line = assertion->line,
		.uses = assertion->uses,
	};
}

static struct strongupdate_judgement judgement_at(const struct su_patch *inner, size_t index)
{
	const struct su_patch_judgement *judgement = &inner->judgements[index];
	return (struct strongupdate_judgement){
		.name = su_patch_string(inner, judgement->name),
		.unit = su_patch_string(inner, judgement->unit),
		.text = su_patch_string(inner, judgement->text),
	};
}

static struct strongupdate_missing missing_at(const struct su_patch *inner, size_t index)
{
	const struct su_patch_missing *missing = &inner->missing[index];
	return (struct strongupdate_missing){
		.function = missing->function,
		.direction = (enum strongupdate_direction)missing->direction,
		.from = missing->from,
		.file = optional_text(inner, missing->file),
		.line = missing->line,
		.reason = su_patch_string(inner, missing->reason),
	};
}

/* Bytes that a variable which moves has in A; 0: it does not move. */
static uint64_t moved_size(const struct su_patch *patch, const struct su_patch_variable *variable)
{
	for (size_t i = 0; i < patch->moved_count; i++)
		if (variable->change == SU_MOVED && patch->moved[i].at == variable->old_vaddr)
			return patch->moved[i].size;
	return 0;
}

static struct strongupdate_variable variable_at(const struct su_patch *inner, size_t index)
{
	const struct su_patch_variable *variable = &inner->variables[index];
	return (struct strongupdate_variable){
		.name = su_patch_string(inner, variable->name),
		.unit = su_patch_string(inner, variable->unit),
		.change = change_name(variable->change),
		.size = variable->size,
		.old_size = (uint32_t)moved_size(inner, variable),
		.old_vaddr = variable->old_vaddr,
		.patch_vaddr = variable->patch_vaddr,
	};
}

/* strongupdate_patch_get_NAME(), from NAME_at() and the count of such records. */
#define GETTER(name, counted)                                                                      \
	bool strongupdate_patch_get_##name(const struct strongupdate_patch *patch, size_t index,   \
					   struct strongupdate_##name *ret, size_t ret_size)       \
	{                                                                                          \
		if (index >= patch->patch->counted)                                                \
			return false;                                                              \
		struct strongupdate_##name one = name##_at(patch->patch, index);                   \
		su_api_give(ret, ret_size, &one, sizeof(one));                                     \
		return true;                                                                       \
	}

GETTER(function, function_count)
GETTER(checkpoint, checkpoint_count)
GETTER(value, value_count)
GETTER(missing, missing_count)
GETTER(match, match_count)
GETTER(assertion, assertion_count)
GETTER(judgement, judgement_count)
GETTER(variable, variable_count)

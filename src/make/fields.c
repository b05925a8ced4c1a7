/*
 * What apply compares before it overwrites code: hashes, and the references in the code.
 *
 * In a process that runs A from its start the code has A's bytes.  In one that came to A by earlier
 * patches, code that those left alone is where an older version had it.  Its bytes are A's but for
 * the fields that hold references, and those mean the same: so the hash leaves these fields out,
 * and each is listed with what it means.
 */
#include <sodium.h>
#include <string.h>

#include "make/maker.h"

/* Whether the reference goes on meaning the same when its part of the code moves as a whole. */
static bool moves_along(const struct su_part *part, const struct su_field *field)
{
	return field->target - part->vaddr < part->size;
}

static void add_field(struct su_maker *maker, const struct su_routine *routine,
		      const struct su_insn *insn, const struct su_field *field)
{
	struct su_spot spot = su_maker_old_spot(maker, routine, field->target);

	su_vec_push(&maker->draft.fields,
		    (struct su_patch_field){ .at = insn->vaddr + field->off,
					     .target = spot.thing,
					     .addend = (int32_t)(spot.addr - spot.thing),
					     .size = field->size,
					     .to_end = (uint8_t)(insn->length - field->off),
					     .home = (uint8_t)spot.home });
}

static void add_fields(struct su_maker *maker, const struct su_routine *routine,
		       const struct su_part *part)
{
	const struct su_function *code = routine->code;

	for (size_t i = 0; i < code->insn_count; i++) {
		const struct su_insn *insn = &code->insns[i];

		if (insn->vaddr - part->vaddr >= part->size)
			continue;
		for (int f = 0; f < 2; f++) {
			if (insn->fields[f].size && !moves_along(part, &insn->fields[f]))
				add_field(maker, routine, insn, &insn->fields[f]);
		}
	}
}

static void hash_masked(struct su_maker *maker, struct su_patch_range *range, const uint8_t *bytes)
{
	SU_FREE uint8_t *masked = su_alloc(range->code_size + 1);

	memcpy(masked, bytes, range->code_size);
	for (uint32_t i = 0; i < range->field_count; i++) {
		const struct su_patch_field *field =
			&maker->draft.fields.at[range->first_field + i];

		memset(masked + (field->at - range->vaddr), 0, field->size);
	}
	crypto_generichash(range->masked_hash, sizeof(range->masked_hash), masked, range->code_size,
			   NULL, 0);
}

static struct su_err *add_hashes(struct su_maker *maker, struct su_patch_range *range)
{
	const struct su_program *program = maker->old_program;
	const uint8_t *bytes = su_image_bytes(program->image, range->vaddr, range->size);
	const struct su_routine *routine = su_program_routine_at(program, range->vaddr);

	if (!bytes)
		return su_err_new(SU_E_FORMAT, "%s: code at 0x%lx is not in the file",
				  program->image->path, (unsigned long)range->vaddr);
	crypto_generichash(range->hash, sizeof(range->hash), bytes, range->size, NULL, 0);
	range->first_field = (uint32_t)maker->draft.fields.len;
	for (size_t p = 0; p < routine->part_count; p++) {
		if (routine->parts[p].vaddr != range->vaddr)
			continue;
		range->code_size = (uint32_t)routine->parts[p].size;
		add_fields(maker, routine, &routine->parts[p]);
	}
	range->field_count = (uint32_t)maker->draft.fields.len - range->first_field;
	hash_masked(maker, range, bytes);
	return NULL;
}

struct su_err *su_maker_add_hashes(struct su_maker *maker)
{
	for (size_t i = 0; i < maker->draft.ranges.len; i++) {
		if (maker->draft.ranges.at[i].direction == SU_FORWARD)
			SU_TRY(add_hashes(maker, &maker->draft.ranges.at[i]));
	}
	return NULL;
}

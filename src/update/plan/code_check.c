/* Is the code that a patch is to replace the code that it was made for: see code_check.h. */
#include "update/plan/code_check.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/reason.h"
#include "base/search.h"

struct code_check {
	const struct su_memory *memory;
	const struct su_sites *sites;
	const struct su_history *history;
	const struct su_journal *journal;
	/* The contents of the generation that was asked for last. */
	const struct su_generation *linked_of;
	uint8_t *linked;
	struct su_originals *originals;
	bool *is_kept; /* by jump: what it replaces is among them */
};

/* The first place of the journal at or after `addr`. */
static size_t journal_from(const struct code_check *check, uint64_t addr)
{
	return su_search_below(check->journal->spans, check->journal->count, addr, addr);
}

/* Reads code as it is without the patch's own jumps. */
static struct su_err *read_code(const struct code_check *check, uint64_t addr, uint8_t *bytes,
				size_t size)
{
	SU_TRY(su_memory_read(check->memory, addr, bytes, size));
	for (size_t i = journal_from(check, addr); i < check->journal->count; i++) {
		const struct su_registry_span *span = &check->journal->spans[i];

		if (span->addr - addr >= size)
			break;
		if (span->direction == SU_FORWARD && span->size <= size - (span->addr - addr))
			memcpy(bytes + (span->addr - addr), span->code, span->size);
	}
	return NULL;
}

/* ---- the three kinds ---- */

static bool has_hash(const uint8_t *bytes, size_t size, const uint8_t *wanted)
{
	uint8_t hash[SU_PATCH_CODE_HASH_SIZE];

	crypto_generichash(hash, sizeof(hash), bytes, size, NULL, 0);
	return !memcmp(hash, wanted, sizeof(hash));
}

/* Whether a reference leads to what it means; `bytes` are those at its place, `addr` its end's. */
static bool leads_right(const struct code_check *check, const struct su_patch_field *field,
			uint64_t user, const uint8_t *bytes, uint64_t end)
{
	struct su_thing thing = { field->home, field->target, user };
	uint64_t wanted, ignored;
	int32_t distance = bytes[0] < 0x80 ? bytes[0] : bytes[0] - 0x100;

	if (field->size == 4)
		memcpy(&distance, bytes, sizeof(distance));
	return su_history_find(check->sites->below, check->sites->image_base, thing, &wanted,
			       &ignored) &&
	       end + (uint64_t)(int64_t)distance == wanted + (uint64_t)(int64_t)field->addend;
}

static bool is_moved_code(const struct code_check *check, const struct su_patch_range *range,
			  uint64_t low, uint8_t *bytes)
{
	const struct su_patch *patch = check->sites->patch;
	uint64_t user = patch->functions[range->function].old_vaddr;

	for (uint32_t i = 0; i < range->field_count; i++) {
		const struct su_patch_field *field = &patch->fields[range->first_field + i];
		uint64_t off = field->at - range->vaddr;

		if (!leads_right(check, field, user, bytes + off, low + off + field->to_end))
			return false;
		memset(bytes + off, 0, field->size);
	}
	return has_hash(bytes, range->code_size, range->masked_hash);
}

static struct su_err *is_patched_code(struct code_check *check,
				      const struct su_generation *generation, uint64_t low,
				      const uint8_t *bytes, size_t size, bool *ret)
{
	uint64_t off = low - generation->registry.base;
	struct su_sites sites;

	if (check->linked_of != generation) {
		free(check->linked);
		check->linked = NULL;
		check->linked_of = NULL;
		SU_TRY(su_sites_init(&sites, generation->patch, generation->below,
				     generation->registry.image_base, generation->registry.base));
		struct su_err *err = su_sites_link(&sites, NULL, &check->linked);
		su_sites_deinit(&sites);
		SU_TRY(err);
		check->linked_of = generation;
	}
	uint64_t span = generation->patch->head->span;
	*ret = off <= span && size <= span - off && !memcmp(bytes, check->linked + off, size);
	return NULL;
}

/* What stands where jumps of the range will: it has just been read. */
static void keep_originals(struct code_check *check, const struct su_extent *extent,
			   const uint8_t *bytes)
{
	const struct su_patch *patch = check->sites->patch;

	for (size_t i = 0; i < patch->jump_count; i++) {
		uint64_t off = check->sites->jump_at[i] - extent->low, size = patch->jumps[i].size;
		uint64_t room = extent->high - extent->low;

		if (patch->jumps[i].direction != SU_FORWARD || off > room || size > room - off)
			continue;
		memcpy(check->originals->code[i], bytes + off, size);
		check->is_kept[i] = true;
	}
}

static struct su_err *is_right(struct code_check *check, size_t index, bool *ret)
{
	const struct su_sites *sites = check->sites;
	const struct su_patch_range *range = &sites->patch->ranges[index];
	const struct su_extent *extent = &sites->ranges[index];
	const struct su_generation *generation = su_history_at(check->history, extent->low);
	size_t size = extent->high - extent->low;
	SU_FREE uint8_t *bytes = su_alloc(size + 1);

	SU_TRY(read_code(check, extent->low, bytes, size));
	keep_originals(check, extent, bytes);
	if (!sites->below)
		*ret = has_hash(bytes, size, range->hash);
	else if (!generation)
		*ret = is_moved_code(check, range, extent->low, bytes);
	else
		SU_TRY(is_patched_code(check, generation, extent->low, bytes, size, ret));
	return NULL;
}

static struct su_err *check_range(struct code_check *check, size_t index)
{
	const struct su_patch *patch = check->sites->patch;
	bool right;

	SU_TRY(is_right(check, index, &right));
	if (right)
		return NULL;
	return su_refuse(
		SU_WHY_CODE_CHANGED,
		su_patch_string(patch, patch->functions[patch->ranges[index].function].name),
		check->memory->pid);
}

/* What a pointer held is the loader's affair, or that of the update before. */
static struct su_err *check_word(const struct code_check *check, size_t index, uint8_t *ret)
{
	const struct su_patch_word *word = &check->sites->patch->words[index];

	SU_TRY(read_code(check, check->sites->word_at[index], ret, word->size));
	if (word->is_pointer || !memcmp(ret, word->before, word->size))
		return NULL;
	return su_refuse(SU_WHY_CONSTANT_CHANGED, (unsigned long)check->sites->word_at[index],
			 check->memory->pid);
}

static struct su_err *check_all(struct code_check *check, struct su_originals *ret)
{
	const struct su_sites *sites = check->sites;
	const struct su_patch *patch = sites->patch;

	for (size_t i = 0; i < patch->range_count; i++)
		if (patch->ranges[i].direction == SU_FORWARD)
			SU_TRY(check_range(check, i));
	for (size_t i = 0; i < patch->jump_count; i++)
		if (patch->jumps[i].direction == SU_FORWARD && sites->jump_at[i] &&
		    !check->is_kept[i])
			SU_TRY(read_code(check, sites->jump_at[i], ret->code[i],
					 patch->jumps[i].size));
	for (size_t i = 0; i < patch->word_count; i++)
		SU_TRY(check_word(check, i, ret->words[i]));
	return NULL;
}

struct su_err *su_verify_code(const struct su_memory *memory, const struct su_sites *sites,
			      const struct su_history *history, const struct su_journal *journal,
			      struct su_originals *ret)
{
	SU_FREE bool *is_kept = su_alloc(sites->patch->jump_count + 1);
	struct code_check check = { .memory = memory,
				    .sites = sites,
				    .history = history,
				    .journal = journal,
				    .originals = ret,
				    .is_kept = is_kept };
	struct su_err *err = check_all(&check, ret);

	free(check.linked);
	return err;
}

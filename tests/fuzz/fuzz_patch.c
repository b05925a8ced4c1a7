/*
 * The reader of patches, and what apply and inspect make of a patch that it lets pass.
 *
 * The last bytes of every input are replaced by the hash of the others, since no mutation would
 * ever hit it.
 */
#include "fuzz.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "api/api_private.h"
#include "update/plan/plan.h"
#include "update/plan/seal.h"
#include "update/plan/stage.h"

static void inspect(const struct strongupdate_patch *patch)
{
	const struct strongupdate_patch_info *info = strongupdate_patch_info(patch);

	touch_string(info->image_name);
	for (size_t i = 0; i < info->function_count; i++) {
		struct strongupdate_function function = strongupdate_patch_function(patch, i);

		touch_string(function.name);
		touch_string(function.reason);
		touch_string(function.opaque[0]);
	}
	for (size_t i = 0; i < info->checkpoint_count; i++) {
		struct strongupdate_checkpoint place = strongupdate_patch_checkpoint(patch, i);

		touch_string(place.old_file);
		touch_string(place.new_file);
		for (size_t k = 0; k < place.value_count; k++)
			touch_string(strongupdate_patch_value(patch, place.first_value + k).text);
	}
	for (size_t i = 0; i < info->missing_count; i++)
		touch_string(strongupdate_patch_missing(patch, i).reason);
	for (size_t i = 0; i < info->variable_count; i++)
		touch_string(strongupdate_patch_variable(patch, i).name);
}

static void plan_direction(const struct su_patch *patch, enum su_direction direction)
{
	const uint64_t image_base = 0x555555554000, patch_base = 0x555565554000;
	uint64_t *imports = su_alloc((patch->import_count + 1) * sizeof(*imports));
	struct su_originals originals;
	struct su_plan plan;
	uint8_t *linked = NULL;

	struct su_packed packed;

	su_originals_init(&originals, patch);
	struct su_err *err = su_plan_init(&plan, patch, direction, NULL, image_base, patch_base);
	if (!err) {
		su_plan_find_safe(&plan);
		su_plan_seal(&plan);
		for (size_t i = 0; i < plan.hazards.len; i++)
			su_plan_hazard_at(&plan, plan.hazards.at[i].low);
		err = su_sites_link(&plan.sites, imports, &linked);
	}
	if (!err)
		err = su_plan_spans(&plan, linked, &originals);
	su_pack(patch, &packed);
	touch(su_stage_size(patch, &packed));
	su_pack_deinit(&packed);
	su_err_destroy(err);
	su_plan_deinit(&plan);
	free(linked);
	free(imports);
	su_originals_deinit(&originals);
}

/* As strongupdate_patch_open(), from bytes. */
static struct strongupdate_patch *open_patch(uint8_t *bytes, size_t size)
{
	char path[32];
	struct strongupdate_patch *patch = NULL;
	int fd = open_bytes(bytes, size, path);
	struct strongupdate_error *error = strongupdate_patch_open(path, &patch);

	close(fd);
	strongupdate_error_free(error);
	return error ? NULL : patch;
}

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t size)
{
	uint8_t *bytes = su_alloc(size);

	memcpy(bytes, input, size);
	if (size >= SU_PATCH_HASH_SIZE) {
		size_t hashed = size - SU_PATCH_HASH_SIZE;

		crypto_generichash(bytes + hashed, SU_PATCH_HASH_SIZE, bytes, hashed, NULL, 0);
	}
	struct strongupdate_patch *patch = open_patch(bytes, size);
	free(bytes);
	/* Room is asked for only as far as the address space of a process goes. */
	if (patch) {
		inspect(patch);
		if (patch->patch->head->span < 64 << 20) {
			plan_direction(patch->patch, SU_FORWARD);
			plan_direction(patch->patch, SU_REVERSE);
		}
	}
	strongupdate_patch_close(patch);
	return 0;
}

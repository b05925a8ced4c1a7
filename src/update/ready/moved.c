/* Variables that get another place: see moved.h. */
#include "update/ready/moved.h"

#include <string.h>

#include "base/alloc.h"
#include "base/reason.h"

/* Whether `size` bytes at `addr` are those at `like`, where 0 stands for zeros. */
static struct su_err *compare_memory(const struct su_memory *memory, uint64_t addr, uint64_t like,
				     size_t size, bool *ret_same)
{
	SU_FREE uint8_t *bytes = su_alloc(size), *wanted = su_alloc(size);

	SU_TRY(su_memory_read(memory, addr, bytes, size));
	if (like)
		SU_TRY(su_memory_read(memory, like, wanted, size));
	*ret_same = !memcmp(bytes, wanted, size);
	return NULL;
}

static uint64_t initial_of(const struct su_plan *plan, const struct su_patch_moved *moved)
{
	uint64_t addr = plan->direction == SU_FORWARD ? moved->before : moved->after;

	return addr ? plan->patch_base + addr : 0;
}

static struct su_err *check_variable(const struct su_ready *ready, size_t index)
{
	const struct su_plan *plan = ready->plan;
	const struct su_patch_moved *moved = &plan->patch->moved[index];
	struct su_extent place = su_plan_moved_from(plan, index);
	bool same;

	SU_TRY(compare_memory(&ready->session->memory, place.low, initial_of(plan, moved),
			      place.high - place.low, &same));
	return same ? NULL
		    : su_refuse(SU_WHY_VARIABLE_WRITTEN, su_patch_string(plan->patch, moved->name),
				su_patch_string(plan->patch, moved->unit), ready->session->pid);
}

struct su_err *su_moved_check(const struct su_ready *ready)
{
	for (size_t i = 0; i < ready->plan->patch->moved_count; i++)
		SU_TRY(check_variable(ready, i));
	return NULL;
}

/* Code that a signal handler returns to: see restorers.h. */
#include "update/ready/restorers.h"

#include <stdlib.h>
#include <string.h>

#include "arch/code.h"
#include "base/alloc.h"

#define MAX_TEXT (UINT64_C(1) << 30)

static void look_through(const struct su_memory *memory, const struct su_mapping *mapping,
			 struct su_restorers *ret)
{
	size_t size = mapping->end - mapping->start;
	SU_FREE uint8_t *code = su_alloc(size);

	size = su_memory_try(memory, mapping->start, code, size);
	for (unsigned i = 0; i < SU_CODE_RESTORERS; i++) {
		const struct su_code_bytes *wanted = &su_code_restorers[i];
		const uint8_t *at = code, *end = code + size;

		while ((at = memmem(at, (size_t)(end - at), wanted->bytes, wanted->size))) {
			su_vec_push(&ret->list, mapping->start + (uint64_t)(at - code));
			at++;
		}
	}
}

void su_restorers_find(const struct su_memory *memory, const struct su_maps *maps,
		       struct su_restorers *ret)
{
	for (size_t i = 0; i < maps->list.len; i++) {
		const struct su_mapping *mapping = &maps->list.at[i];

		if (mapping->executable && mapping->end - mapping->start < MAX_TEXT &&
		    strcmp(su_maps_name(maps, mapping), "[vsyscall]"))
			look_through(memory, mapping, ret);
	}
}

void su_restorers_copy(const struct su_restorers *restorers, struct su_restorers *ret)
{
	for (size_t i = 0; i < restorers->list.len; i++)
		su_vec_push(&ret->list, restorers->list.at[i]);
}

void su_restorers_deinit(struct su_restorers *restorers)
{
	su_vec_deinit(&restorers->list);
}

bool su_restorers_have(const struct su_restorers *restorers, uint64_t addr)
{
	for (size_t i = 0; i < restorers->list.len; i++)
		if (restorers->list.at[i] == addr)
			return true;
	return false;
}

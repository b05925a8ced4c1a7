/* Code that a signal handler returns to: see restorers.h. */
#include "update/ready/restorers.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

#define MAX_TEXT (UINT64_C(1) << 30)

/* mov $15, %rax (or %eax); syscall. */
static void look_through(const struct su_memory *memory, const struct su_mapping *mapping,
			 struct su_restorers *ret)
{
	static const uint8_t patterns[2][9] = {
		{ 0x48, 0xc7, 0xc0, 0x0f, 0, 0, 0, 0x0f, 0x05 },
		{ 0xb8, 0x0f, 0, 0, 0, 0x0f, 0x05 },
	};
	static const size_t sizes[2] = { 9, 7 };
	size_t size = mapping->end - mapping->start;
	SU_FREE uint8_t *code = su_alloc(size);

	size = su_memory_try(memory, mapping->start, code, size);
	for (unsigned i = 0; i < 2; i++) {
		const uint8_t *at = code, *end = code + size;

		while ((at = memmem(at, (size_t)(end - at), patterns[i], sizes[i]))) {
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

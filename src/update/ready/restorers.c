/* Code that a signal handler returns to: see restorers.h. */
#include "update/ready/restorers.h"

#include <string.h>

void su_restorers_find(struct su_texts *texts, const struct su_memory *memory,
		       const struct su_maps *maps, struct su_restorers *ret)
{
	struct su_text_finds finds = { 0 };

	for (size_t i = 0; i < maps->list.len; i++) {
		const struct su_mapping *mapping = &maps->list.at[i];

		if (mapping->executable && strcmp(su_maps_name(maps, mapping), "[vsyscall]"))
			su_texts_search(texts, memory, mapping, &finds);
	}
	for (size_t i = 0; i < finds.list.len; i++)
		if (finds.list.at[i].what == SU_TEXT_RESTORER)
			su_vec_push(&ret->list, finds.list.at[i].addr);
	su_vec_deinit(&finds.list);
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

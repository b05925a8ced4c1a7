/*
 * Slots that are bound to changed functions: see slots.h.
 *
 * An object's symbolic relocations say where its slots are, a few hundred bytes apart at most, so that
 * one read has most of them.  What is told apart is by value alone: whatever its name is, a slot that
 * holds an address in dead code leads there.
 *
 * Source: psABI, relocation types.
 */
#include "update/plan/slots.h"

#include <elf.h>
#include <string.h>

#include "base/alloc.h"
#include "base/reason.h"
#include "update/plan/libraries.h"
#include "update/plan/seal.h"

#define SPAN_GAP 512u		/* slots closer than this are read together */
#define SPAN_MOST (64u * 1024u) /* bytes */

typedef SU_VEC(uint64_t) addresses;

const struct su_patch_function *su_slots_function(const struct su_plan *plan, uint64_t addr)
{
	const struct su_patch *patch = plan->patch;

	for (size_t i = 0; i < patch->range_count; i++) {
		const struct su_extent *extent = &plan->sites.ranges[i];
		const struct su_patch_function *function =
			&patch->functions[patch->ranges[i].function];

		if (patch->ranges[i].direction == (uint32_t)plan->direction &&
		    function->change == SU_CHANGED &&
		    addr - extent->low < extent->high - extent->low)
			return function;
	}
	return NULL;
}

struct su_err *su_slots_lead_aside(const struct su_memory *memory, uint64_t slot,
				   const char *function)
{
	return su_refuse(SU_WHY_SLOT_LEADS_ASIDE, (unsigned long)slot, memory->pid, function);
}

/* ---- where slots are ---- */

static bool is_slot(const Elf64_Rela *reloc)
{
	switch (ELF64_R_TYPE(reloc->r_info)) {
	case R_X86_64_JUMP_SLOT:
	case R_X86_64_GLOB_DAT:
	case R_X86_64_64:
	case R_X86_64_IRELATIVE:
		return true;
	default:
		return false;
	}
}

static int compare_addresses(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static void list_slots(const struct su_libraries *libraries, addresses *ret)
{
	for (size_t i = 0; i < libraries->list.len; i++) {
		struct su_library *library = &libraries->list.at[i];

		su_libraries_relocs(libraries, library);
		for (size_t j = 0; j < library->reloc_count; j++)
			if (is_slot(&library->relocs[j]))
				su_vec_push(ret, library->base + library->relocs[j].r_offset);
	}
	su_vec_sort(ret, compare_addresses);
}

/* ---- what they hold ---- */

static size_t slots_together(const addresses *slots, size_t first)
{
	size_t end = first + 1;

	while (end < slots->len && slots->at[end] - slots->at[end - 1] < SPAN_GAP &&
	       slots->at[end] + 8 - slots->at[first] <= SPAN_MOST)
		end++;
	return end - first;
}

/* Updates before this one have left code, too. */
static struct su_err *look_at_slot(const struct su_memory *memory, struct su_plan *plan,
				   uint64_t slot, uint64_t holds)
{
	const struct su_hazard *hazard = su_plan_hazard_at(plan, holds);
	const struct su_safe *safe = su_plan_safe_at(plan, holds);

	if (!hazard || hazard->kind != SU_HAZARD_DEAD ||
	    hazard->patch->functions[hazard->function].change != SU_CHANGED)
		return NULL;
	if (!safe || !safe->is_entry)
		return su_slots_lead_aside(
			memory, slot,
			su_patch_string(hazard->patch,
					hazard->patch->functions[hazard->function].name));
	su_vec_push(&plan->slots, slot);
	return NULL;
}

/* What cannot be read any more is no way to anywhere. */
static struct su_err *look_at_slots(const struct su_memory *memory, struct su_plan *plan,
				    const addresses *slots)
{
	SU_FREE uint8_t *bytes = su_alloc(SPAN_MOST);

	for (size_t at = 0, count; at < slots->len; at += count) {
		const uint64_t *span = slots->at + at;

		count = slots_together(slots, at);
		size_t got = su_memory_try(memory, span[0], bytes, span[count - 1] + 8 - span[0]);
		for (size_t i = 0; i < count && span[i] + 8 - span[0] <= got; i++) {
			uint64_t holds;

			memcpy(&holds, bytes + (span[i] - span[0]), sizeof(holds));
			if (su_plan_may_hazard(plan, holds))
				SU_TRY(look_at_slot(memory, plan, span[i], holds));
		}
	}
	return NULL;
}

struct su_err *su_slots_find(const struct su_memory *memory, const struct su_maps *maps,
			     struct su_plan *plan)
{
	struct su_libraries libraries = { .memory = memory, .maps = maps };
	addresses slots = { 0 };

	plan->slots.len = 0;
	su_libraries_list_mapped(&libraries);
	list_slots(&libraries, &slots);
	struct su_err *err = look_at_slots(memory, plan, &slots);
	su_vec_deinit(&slots);
	su_libraries_deinit(&libraries);
	return err;
}

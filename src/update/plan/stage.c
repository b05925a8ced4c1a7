/* Bringing a patch into a process: see stage.h. */
#include "update/plan/stage.h"

#include <elf.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include "base/alloc.h"
#include "base/reason.h"
#include "process/remote.h"

#define PAGE UINT64_C(4096)
#define PAD (UINT64_C(64) << 10)      /* to the neighbours */
#define HEAP_ROOM (UINT64_C(1) << 30) /* above the image, for a heap that grows by brk */
#define REACH ((UINT64_C(1) << 31) - (UINT64_C(1) << 20))
#define LOWEST (UINT64_C(128) << 10)

static uint64_t round_up(uint64_t value)
{
	return (value + PAGE - 1) & -PAGE;
}

static uint64_t journal_size(const struct su_patch *patch)
{
	return round_up((patch->jump_count + patch->word_count) * sizeof(struct su_registry_span));
}

uint64_t su_stage_size(const struct su_patch *patch, const struct su_packed *packed)
{
	return patch->head->span + journal_size(patch) + round_up(packed->size);
}

/* ---- where ---- */

struct place_search {
	const struct su_object *image;
	uint64_t low, high; /* of the image and of what its updates have mapped */
	uint64_t size;
	uint64_t best_distance, best;
};

static void must_reach(struct place_search *search, uint64_t low, uint64_t high)
{
	search->low = low < search->low ? low : search->low;
	search->high = high > search->high ? high : search->high;
}

static void consider_place(struct place_search *search, uint64_t place)
{
	struct place_search with = *search;

	must_reach(&with, place, place + search->size);
	if (with.high - with.low < REACH && with.high - with.low < search->best_distance) {
		search->best_distance = with.high - with.low;
		search->best = place;
	}
}

/* The best place between `low` and `high`, if any. */
static void consider_gap(struct place_search *search, uint64_t low, uint64_t high)
{
	const struct su_object *image = search->image;

	if (low < LOWEST)
		low = LOWEST;
	if (high < low || high - low < search->size + 2 * PAD ||
	    (low < image->high && high > image->low))
		return;
	if (high <= image->low)
		consider_place(search, (high - PAD - search->size) & -PAGE);
	else
		consider_place(search, round_up(low + PAD));
}

struct su_err *su_stage_find_place(const struct su_maps *maps, const struct su_object *image,
				   const struct su_registries *registries, uint64_t size,
				   uint64_t *ret)
{
	struct place_search search = { image, image->low, image->high, size, UINT64_MAX, 0 };
	uint64_t end = 0;

	for (size_t i = 0; i < registries->list.len; i++) {
		const struct su_registry *registry = &registries->list.at[i];

		if (registry->image_base == image->base && registry->state != SU_REGISTRY_STAGED)
			must_reach(&search, registry->base, registry->base + registry->span);
	}
	for (size_t i = 0; i < maps->list.len; i++) {
		const struct su_mapping *mapping = &maps->list.at[i];
		const char *name = su_maps_name(maps, mapping);
		uint64_t low = end, high = mapping->start;

		end = mapping->end;
		if (!strcmp(name, "[vsyscall]"))
			break;
		/* Room for what grows: the heap above the program, the stack below itself. */
		if (i && low >= image->high &&
		    (low == image->high || !strcmp(su_maps_name(maps, mapping - 1), "[heap]")))
			low += HEAP_ROOM;
		if (!strcmp(name, "[stack]"))
			high = high > HEAP_ROOM ? high - HEAP_ROOM : 0;
		consider_gap(&search, low, high);
	}
	if (!search.best)
		return su_refuse(SU_WHY_NO_ROOM_NEAR, (unsigned long)size);
	*ret = search.best;
	return NULL;
}

/* ---- mapping ---- */

static struct su_err *call_in_process(struct su_remote *remote, long number, const char *name,
				      const uint64_t args[6], int64_t *ret)
{
	SU_TRY(su_remote_call(remote, number, args, ret));
	if (*ret < 0 && *ret > -4096)
		return su_err_errno(SU_E_IO, (int)-*ret, "%s in the process failed", name);
	return NULL;
}

/* Under PR_SET_MDWE mprotect() may not make code of what was none, but mmap() may. */
static struct su_err *map_over(struct su_remote *remote, uint64_t addr, uint64_t size, int how)
{
	int64_t result;

	return call_in_process(remote, SYS_mmap, "mmap",
			       (const uint64_t[6]){ addr, size, (uint64_t)how,
						    MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED,
						    UINT64_MAX, 0 },
			       &result);
}

/* Marks the region as ours at once, so that the next updater finds it should we die. */
static struct su_err *mark_region(const struct su_memory *memory, uint64_t base, uint64_t size)
{
	const struct su_registry registry = {
		.magic = SU_REGISTRY_MAGIC,
		.version = SU_REGISTRY_VERSION,
		.state = SU_REGISTRY_STAGED,
		.before = SU_REGISTRY_STAGED,
		.base = base,
		.size = size,
		.span = size,
		.patch_off = size,
	};

	return su_memory_write(memory, base, &registry, sizeof(registry));
}

static struct su_err *map_region(struct su_remote *remote, const struct su_patch *patch,
				 uint64_t base, uint64_t size)
{
	int64_t result;

	SU_TRY(call_in_process(
		remote, SYS_mmap, "mmap",
		(const uint64_t[6]){ base, size, PROT_READ,
				     MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, UINT64_MAX,
				     0 },
		&result));
	struct su_err *err = NULL;
	if ((uint64_t)result != base) {
		err = su_refuse(SU_WHY_ROOM_TAKEN);
		base = (uint64_t)result;
	}
	if (!err)
		err = mark_region(&remote->session->memory, base, size);
	for (size_t i = 0; i < patch->segment_count && !err; i++) {
		const struct su_patch_segment *segment = &patch->segments[i];
		int how = PROT_READ | (segment->flags & PF_W ? PROT_WRITE : 0) |
			  (segment->flags & PF_X ? PROT_EXEC : 0);

		if (how != PROT_READ)
			err = map_over(remote, base + segment->vaddr, round_up(segment->memsz),
				       how);
	}
	if (err)
		su_err_destroy(call_in_process(remote, SYS_munmap, "munmap",
					       (const uint64_t[6]){ base, size }, &result));
	return err;
}

/* Runs `work` in one stopped thread of the process. */
static struct su_err *
with_remote(struct su_session *session, const struct su_maps *maps,
	    struct su_err *(*work)(struct su_remote *, const struct su_patch *, uint64_t, uint64_t),
	    const struct su_patch *patch, uint64_t base, uint64_t size)
{
	struct su_gadgets gadgets = su_way_home_of(session, maps);
	struct su_remote remote;
	size_t index;

	SU_TRY(su_session_stop_one(session, &index));
	struct su_err *err = su_remote_begin(session, index, &gadgets, maps, &remote);
	if (!err) {
		err = work(&remote, patch, base, size);
		struct su_err *end = su_remote_end(&remote);
		if (end) {
			su_err_destroy(err);
			err = end;
		}
	}
	su_session_resume(session);
	return err;
}

static struct su_err *map_work(struct su_remote *remote, const struct su_patch *patch,
			       uint64_t base, uint64_t size)
{
	return map_region(remote, patch, base, size);
}

static struct su_err *unmap_work(struct su_remote *remote, const struct su_patch *patch,
				 uint64_t base, uint64_t size)
{
	int64_t result;

	(void)patch;
	return call_in_process(remote, SYS_munmap, "munmap", (const uint64_t[6]){ base, size },
			       &result);
}

struct su_err *su_stage_map(struct su_session *session, const struct su_maps *maps,
			    const struct su_patch *patch, const struct su_packed *packed,
			    uint64_t base)
{
	return with_remote(session, maps, map_work, patch, base, su_stage_size(patch, packed));
}

struct su_err *su_stage_unmap(struct su_session *session, const struct su_maps *maps, uint64_t base,
			      uint64_t size)
{
	return with_remote(session, maps, unmap_work, NULL, base, size);
}

/* ---- contents ---- */

static struct su_err *put_and_check(const struct su_memory *memory, uint64_t addr,
				    const void *bytes, size_t size)
{
	if (!size)
		return NULL;
	SU_TRY(su_memory_write(memory, addr, bytes, size));
	uint8_t *check = su_alloc(size);
	struct su_err *err = su_memory_read(memory, addr, check, size);
	if (!err && memcmp(check, bytes, size))
		err = su_err_new(SU_E_IO, "what was written at %#lx does not stay there",
				 (unsigned long)addr);
	free(check);
	return err;
}

static void describe_update(const struct su_plan *plan, const struct su_packed *packed,
			    struct su_registry *ret)
{
	const struct su_patch_head *head = plan->patch->head;

	*ret = (struct su_registry){
		.magic = SU_REGISTRY_MAGIC,
		.version = SU_REGISTRY_VERSION,
		.state = SU_REGISTRY_STAGED,
		.before = SU_REGISTRY_STAGED,
		.base = plan->patch_base,
		.size = su_stage_size(plan->patch, packed),
		.below = ret->below,
		.image_base = plan->image_base,
		.span = head->span,
		.span_count = plan->spans.len,
		.patch_off = head->span + journal_size(plan->patch),
		.packed_size = packed->size,
		.patch_size = plan->patch->size,
		.old_build_id_size = head->old_build_id_size,
		.new_build_id_size = head->new_build_id_size,
	};
	memcpy(ret->old_build_id, head->old_build_id, sizeof(ret->old_build_id));
	memcpy(ret->new_build_id, head->new_build_id, sizeof(ret->new_build_id));
	strncpy(ret->image_name, su_patch_string(plan->patch, head->image_name),
		sizeof(ret->image_name) - 1);
}

struct su_err *su_stage_fill(const struct su_memory *memory, const struct su_plan *plan,
			     const uint8_t *linked, const struct su_packed *packed,
			     struct su_registry *ret)
{
	const struct su_patch *patch = plan->patch;
	uint64_t base = plan->patch_base;

	for (size_t i = 0; i < patch->segment_count; i++)
		SU_TRY(put_and_check(memory, base + patch->segments[i].vaddr,
				     linked + patch->segments[i].vaddr, patch->segments[i].filesz));
	describe_update(plan, packed, ret);
	SU_TRY(put_and_check(memory, base + ret->span, plan->spans.at,
			     plan->spans.len * sizeof(*plan->spans.at)));
	SU_TRY(put_and_check(memory, base + ret->patch_off, packed->bytes, packed->size));
	return put_and_check(memory, base, ret, sizeof(*ret));
}

struct su_err *su_stage_reset_data(const struct su_memory *memory, const struct su_plan *plan,
				   const uint8_t *linked)
{
	for (size_t i = 0; i < plan->patch->segment_count; i++) {
		const struct su_patch_segment *segment = &plan->patch->segments[i];

		if (segment->flags & PF_W)
			SU_TRY(put_and_check(memory, plan->patch_base + segment->vaddr,
					     linked + segment->vaddr, segment->memsz));
	}
	return NULL;
}

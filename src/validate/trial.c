/* Trials: see trial.h. */
#include "validate/trial.h"

#include <stdlib.h>
#include <string.h>

/* ---- code ---- */

static void add_code(struct su_trial_side *side, const struct su_world *world, uint32_t function,
		     enum su_direction direction)
{
	enum su_space space = direction == SU_FORWARD ? SU_SPACE_IMAGE : SU_SPACE_PATCH;

	for (size_t i = 0; i < world->patch->range_count; i++) {
		const struct su_patch_range *range = &world->patch->ranges[i];

		if (range->function == function && range->direction == (uint32_t)direction)
			su_trial_code_add(&side->code, world,
					  su_world_addr(world, space, range->vaddr),
					  range->code_size ? range->code_size : range->size);
	}
}

/* ---- frame objects ---- */

static void add_objects_at(struct su_trial_side *side, struct su_debug *debug, uint64_t entry,
			   uint64_t site, uint64_t vaddr, const struct su_local *locals,
			   size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct su_loc loc;

		if (locals[i].is_static || !locals[i].size || locals[i].size > 65536)
			continue;
		loc = su_debug_local_at(debug, entry, locals[i].index, vaddr - 1);
		if (loc.kind == SU_LOC_FRAME && loc.off < 0)
			su_vec_push(
				&side->objects,
				(struct su_trial_object){
					.site = site,
					.off = loc.off,
					.size = (uint32_t)locals[i].size,
					.key = su_hash(locals[i].key, strlen(locals[i].key), 0) });
	}
}

static struct su_err *add_objects(struct su_trial_side *side, const struct su_world *world,
				  struct su_debug *debug, uint64_t entry)
{
	const struct su_local *locals;
	size_t count;

	side->first_object = su_map_create();
	SU_TRY(su_debug_locals(debug, entry, &locals, &count));
	for (size_t i = 0; i < side->code.insns.len; i++) {
		const struct su_insn *insn = &side->code.insns.at[i];
		uint64_t site = insn->vaddr + insn->length,
			 vaddr = su_world_file_vaddr(world, site - 1) + 1;
		size_t before = side->objects.len;

		if ((insn->flow == SU_FLOW_CALL || insn->flow == SU_FLOW_CALL_IND) && vaddr > 1)
			add_objects_at(side, debug, entry, site, vaddr, locals, count);
		if (side->objects.len > before)
			su_map_put_u64(side->first_object, site, (void *)(uintptr_t)(before + 1));
	}
	return NULL;
}

static void find_shared(struct su_trial_side *side, const struct su_trial_side *other)
{
	for (size_t i = 0; i < side->objects.len; i++) {
		struct su_trial_object *object = &side->objects.at[i];

		for (size_t k = 0; k < other->objects.len && !object->shared; k++)
			object->shared = other->objects.at[k].key == object->key &&
					 other->objects.at[k].size == object->size;
	}
}

/* ---- arguments ---- */

static bool is_pointer(const struct su_local *local)
{
	size_t length = local->type_name ? strlen(local->type_name) : 0;

	return length && local->type_name[length - 1] == '*';
}

static struct su_err *find_pointers(struct su_trial *trial, uint64_t entry)
{
	static const uint8_t regs[] = { SU_RDI, SU_RSI, SU_RDX, SU_RCX, SU_R8, SU_R9 };
	struct su_debug *debug = trial->world->old_debug;
	const struct su_local *locals;
	size_t count;

	SU_TRY(su_debug_locals(debug, entry, &locals, &count));
	for (size_t i = 0; i < count; i++) {
		struct su_loc loc;

		if (!locals[i].is_parameter || !is_pointer(&locals[i]))
			continue;
		loc = su_debug_local_at(debug, entry, locals[i].index, entry);
		for (unsigned k = 0; k < 6 && loc.kind == SU_LOC_REG; k++)
			trial->pointers |= (loc.reg == regs[k]) << k;
	}
	return NULL;
}

/* ---- checkpoints ---- */

static void add_point(struct su_trial *trial, size_t record)
{
	const struct su_patch *patch = trial->world->patch;
	const struct su_patch_checkpoint *checkpoint = &patch->checkpoints[record];
	bool forward = trial->direction == SU_FORWARD, writable = false;
	struct su_trial_point point = { .record = record };

	for (size_t i = 0; i < patch->segment_count; i++)
		writable |= (patch->segments[i].flags & PF_W) != 0;
	point.from = su_world_addr(trial->world, forward ? SU_SPACE_IMAGE : SU_SPACE_PATCH,
				   checkpoint->from);
	point.to = su_world_addr(trial->world, forward ? SU_SPACE_PATCH : SU_SPACE_IMAGE,
				 checkpoint->to);
	if (checkpoint->stub)
		point.stub = su_world_addr(trial->world, SU_SPACE_PATCH, checkpoint->stub);
	point.by_return = checkpoint->kind == SU_POINT_CALL_RETURN;
	point.any_way =
		checkpoint->kind == SU_POINT_INSIDE || (checkpoint->flags & SU_POINT_ANY_WAY);
	point.needs_twin = (checkpoint->flags & (SU_POINT_SEEDED | SU_POINT_ASSERTED)) ||
			   (forward && writable);
	if (!su_trial_code_at(&trial->to.code, point.to) ||
	    !su_trial_code_at(&trial->from.code, point.from))
		return;
	if (point.any_way)
		su_trial_code_watch(&trial->from.code, point.from);
	su_trial_code_watch(&trial->to.code, point.to);
	su_vec_push(&trial->points, point);
}

struct su_err *su_trial_init(struct su_trial *trial, const struct su_world *world,
			     uint32_t function, enum su_direction direction)
{
	const struct su_patch_function *record = &world->patch->functions[function];
	struct su_trial_side *old_side, *new_side;

	*trial = (struct su_trial){ .world = world, .function = function, .direction = direction };
	old_side = direction == SU_FORWARD ? &trial->from : &trial->to;
	new_side = direction == SU_FORWARD ? &trial->to : &trial->from;
	add_code(old_side, world, function, SU_FORWARD);
	add_code(new_side, world, function, SU_REVERSE);
	old_side->code.entry = su_world_addr(world, SU_SPACE_IMAGE, record->old_vaddr);
	new_side->code.entry = su_world_addr(world, SU_SPACE_PATCH, record->patch_vaddr);
	SU_TRY(add_objects(old_side, world, world->old_debug, record->old_vaddr));
	SU_TRY(add_objects(new_side, world, world->new_debug, record->new_vaddr));
	SU_TRY(find_pointers(trial, record->old_vaddr));
	find_shared(old_side, new_side);
	find_shared(new_side, old_side);
	for (size_t i = 0; i < world->patch->checkpoint_count; i++) {
		const struct su_patch_checkpoint *checkpoint = &world->patch->checkpoints[i];

		if (checkpoint->function == function && checkpoint->direction == direction &&
		    checkpoint->kind != SU_POINT_ENTRY)
			add_point(trial, i);
	}
	return NULL;
}

void su_trial_deinit(struct su_trial *trial)
{
	su_trial_code_deinit(&trial->from.code);
	su_trial_code_deinit(&trial->to.code);
	su_vec_deinit(&trial->from.objects);
	su_vec_deinit(&trial->to.objects);
	su_map_destroy(trial->from.first_object);
	su_map_destroy(trial->to.first_object);
	su_vec_deinit(&trial->points);
}

/* Kinds of variables: see kinds.h. */
#include "validate/kinds.h"

#include <string.h>

enum kind { KIND_UNKNOWN = 0, KIND_NUMBER, KIND_POINTER };

/* One end of a checkpoint, and what its debug information says there. */
struct end {
	struct su_debug *debug;
	uint64_t entry, vaddr;
	const struct su_local *locals;
	size_t count;
};

/* A typedef may stand for either, and says nothing. */
static enum kind kind_of(const struct su_local *local)
{
	static const char *const numbers[] = { "int",		"unsigned int",
					       "long int",	"long",
					       "unsigned long", "long unsigned int",
					       "char",		"signed char",
					       "unsigned char", "short",
					       "short int",	"unsigned short",
					       "long long int", "long long unsigned int" };
	const char *name = local->type_name;
	size_t length = name ? strlen(name) : 0;

	if (!length || local->is_aggregate)
		return KIND_UNKNOWN;
	if (name[length - 1] == '*')
		return KIND_POINTER;
	if (strncmp(name, "const ", 6) == 0)
		name += 6;
	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++) {
		if (strcmp(numbers[i], name) == 0)
			return KIND_NUMBER;
	}
	return KIND_UNKNOWN;
}

static bool is_at(const struct end *end, const struct su_local *local, uint8_t kind, uint8_t number,
		  int64_t off)
{
	struct su_loc loc = su_debug_local_at(end->debug, end->entry, local->index, end->vaddr);

	if (kind == SU_STORAGE_REG)
		return loc.kind == SU_LOC_REG && loc.reg == number;
	return kind == SU_STORAGE_FRAME && !number && loc.kind == SU_LOC_FRAME && loc.off == off;
}

static const struct su_local *local_named(const struct end *end, const char *key)
{
	for (size_t i = 0; i < end->count; i++) {
		if (strcmp(end->locals[i].key, key) == 0)
			return &end->locals[i];
	}
	return NULL;
}

static char *judge_value(const struct su_patch_value *value, const struct end *from,
			 const struct end *to)
{
	for (size_t i = 0; i < to->count; i++) {
		const struct su_local *now = &to->locals[i];
		enum kind kind = kind_of(now);
		const struct su_local *before = kind ? local_named(from, now->key) : NULL;

		if (!before || !kind_of(before) || kind_of(before) == kind ||
		    !is_at(to, now, value->to_kind, value->to_number, value->to_offset) ||
		    !is_at(from, before, value->from_kind, value->from_number, value->from_offset))
			continue;
		return su_format("variable '%s' was of type '%s', and its value is taken over as "
				 "'%s'",
				 now->name, before->type_name, now->type_name);
	}
	return NULL;
}

static struct su_err *end_init(struct end *end, const struct su_world *world, bool is_old,
			       const struct su_patch_function *function, uint64_t vaddr, bool call)
{
	enum su_space space = is_old ? SU_SPACE_IMAGE : SU_SPACE_PATCH;

	end->debug = is_old ? world->old_debug : world->new_debug;
	end->entry = is_old ? function->old_vaddr : function->new_vaddr;
	end->vaddr = su_world_file_vaddr(world, su_world_addr(world, space, vaddr - call));
	return su_debug_locals(end->debug, end->entry, &end->locals, &end->count);
}

struct su_err *su_kinds_judge(const struct su_world *world, size_t record, char **ret)
{
	const struct su_patch *patch = world->patch;
	const struct su_patch_checkpoint *point = &patch->checkpoints[record];
	const struct su_patch_function *function = &patch->functions[point->function];
	bool forward = point->direction == SU_FORWARD, call = point->kind == SU_POINT_CALL_RETURN;
	struct end from, to;
	char *wrong = NULL;

	SU_TRY(end_init(&from, world, forward, function, point->from, call));
	SU_TRY(end_init(&to, world, !forward, function, point->to, call));
	for (uint32_t i = 0; i < point->value_count && !wrong && from.vaddr && to.vaddr; i++)
		wrong = judge_value(&patch->values[point->first_value + i], &from, &to);
	*ret = wrong;
	return NULL;
}

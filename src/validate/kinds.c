/* Kinds of variables: see kinds.h. */
#include "validate/kinds.h"

#include <string.h>

enum kind { KIND_UNKNOWN = 0, KIND_NUMBER, KIND_POINTER };

/* One version of a function, and what its debug information says. */
struct end {
	struct su_debug *debug;
	uint64_t entry;
	const struct su_local *locals;
	size_t count;
};

/* A variable that both versions have by one name, as a number here and a pointer there. */
struct changed_kind {
	const struct su_local *was, *is;
};

typedef SU_VEC(struct changed_kind) changed_kinds;

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

static bool is_at(const struct end *end, const struct su_local *local, uint64_t vaddr, uint8_t kind,
		  uint8_t number, int64_t off)
{
	struct su_loc loc = su_debug_local_at(end->debug, end->entry, local->index, vaddr);

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

static struct su_err *end_init(struct end *end, const struct su_world *world, bool is_old,
			       const struct su_patch_function *function)
{
	end->debug = is_old ? world->old_debug : world->new_debug;
	end->entry = is_old ? function->old_vaddr : function->new_vaddr;
	return su_debug_locals(end->debug, end->entry, &end->locals, &end->count);
}

static void find_changed(const struct end *from, const struct end *to, changed_kinds *ret)
{
	for (size_t i = 0; i < to->count; i++) {
		const struct su_local *is = &to->locals[i];
		enum kind kind = kind_of(is);
		const struct su_local *was = kind ? local_named(from, is->key) : NULL;

		if (was && kind_of(was) && kind_of(was) != kind)
			su_vec_push(ret, (struct changed_kind){ was, is });
	}
}

static char *judge_value(const struct su_patch_value *value, const struct end *from,
			 uint64_t from_vaddr, const struct end *to, uint64_t to_vaddr,
			 const changed_kinds *changed)
{
	for (size_t i = 0; i < changed->len; i++) {
		const struct changed_kind *one = &changed->at[i];

		if (is_at(to, one->is, to_vaddr, value->to_kind, value->to_number,
			  value->to_offset) &&
		    is_at(from, one->was, from_vaddr, value->from_kind, value->from_number,
			  value->from_offset))
			return su_format("variable '%s' was of type '%s', and its value is taken "
					 "over as '%s'",
					 one->is->name, one->was->type_name, one->is->type_name);
	}
	return NULL;
}

static uint64_t file_vaddr(const struct su_world *world, bool is_old, uint64_t vaddr)
{
	enum su_space space = is_old ? SU_SPACE_IMAGE : SU_SPACE_PATCH;

	return su_world_file_vaddr(world, su_world_addr(world, space, vaddr));
}

static char *judge_point(const struct su_world *world, const struct su_patch_checkpoint *point,
			 const struct end *from, const struct end *to, const changed_kinds *changed)
{
	bool forward = point->direction == SU_FORWARD, call = point->kind == SU_POINT_CALL_RETURN;
	uint64_t from_vaddr = file_vaddr(world, forward, point->from - call);
	uint64_t to_vaddr = file_vaddr(world, !forward, point->to - call);
	char *wrong = NULL;

	for (uint32_t i = 0; i < point->value_count && !wrong && from_vaddr && to_vaddr; i++)
		wrong = judge_value(&world->patch->values[point->first_value + i], from, from_vaddr,
				    to, to_vaddr, changed);
	return wrong;
}

struct su_err *su_kinds_judge(const struct su_trial *trial, struct su_verdict *verdicts)
{
	const struct su_patch *patch = trial->world->patch;
	const struct su_patch_function *function = &patch->functions[trial->function];
	bool forward = trial->direction == SU_FORWARD;
	changed_kinds changed = { 0 };
	struct end from, to;

	SU_TRY(end_init(&from, trial->world, forward, function));
	SU_TRY(end_init(&to, trial->world, !forward, function));
	find_changed(&from, &to, &changed);
	for (size_t i = 0; i < trial->points.len && changed.len; i++) {
		verdicts[i].text =
			judge_point(trial->world, &patch->checkpoints[trial->points.at[i].record],
				    &from, &to, &changed);
		if (verdicts[i].text)
			verdicts[i].input = su_strdup("whatever the input");
	}
	su_vec_deinit(&changed);
	return NULL;
}

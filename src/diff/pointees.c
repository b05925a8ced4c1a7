/* See pointees.h. Variables are known by unit, function and name; one name may stand for several. */
#include "diff/pointees.h"

#include <stdlib.h>
#include <string.h>

#include "base/reason.h"

struct run {
	const struct su_pointee *at;
	size_t count;
};

static const char *file_of(const char *unit)
{
	const char *slash = strrchr(unit, '/');

	return slash ? slash + 1 : unit;
}

static int compare_variable(const struct su_pointee *a, const struct su_pointee *b)
{
	int order = strcmp(a->name, b->name);

	if (!order)
		order = strcmp(a->function, b->function);
	return order ? order : strcmp(file_of(a->unit), file_of(b->unit));
}

static int compare(const void *left, const void *right)
{
	const struct su_pointee *a = left, *b = right;
	int order = compare_variable(a, b);

	return order ? order : (a->form > b->form) - (a->form < b->form);
}

static struct run run_from(const struct su_pointee *at, const struct su_pointee *end)
{
	struct run run = { .at = at };

	while (at + run.count < end && compare_variable(at, at + run.count) == 0)
		run.count++;
	return run;
}

/* One of `a` whose form none of `b` has, or NULL. */
static const struct su_pointee *alone(struct run a, struct run b)
{
	for (size_t i = 0; i < a.count; i++) {
		size_t k = 0;

		while (k < b.count && a.at[i].form != b.at[k].form)
			k++;
		if (k == b.count)
			return &a.at[i];
	}
	return NULL;
}

/* Of several variables of a name one may be gone, or new: not so when one is gone and one is new. */
static struct su_err *check_variable(struct run old, struct run new)
{
	const struct su_pointee *was = alone(old, new), *is = alone(new, old);

	if (!was || !is)
		return NULL;
	return su_refuse(SU_WHY_POINTEE_CHANGED, was->name, was->function, was->unit, was->type,
			 is->type);
}

static struct su_err *check_all(struct run old, struct run new)
{
	const struct su_pointee *end = old.at + old.count, *in_new = new.at;
	const struct su_pointee *end_new = new.at + new.count;

	for (const struct su_pointee *at = old.at; at < end;) {
		struct run here = run_from(at, end);

		while (in_new < end_new && compare_variable(in_new, at) < 0)
			in_new++;
		if (in_new < end_new && compare_variable(in_new, at) == 0)
			SU_TRY(check_variable(here, run_from(in_new, end_new)));
		at += here.count;
	}
	return NULL;
}

/* But for those that lead to what is seen to in another way. */
static struct su_pointee *sorted(const struct su_program *program,
				 const struct su_convertible *convertible, struct run *ret)
{
	size_t count;
	struct su_pointee *list = su_debug_pointees(program->debug, &count);

	ret->count = 0;
	for (size_t i = 0; i < count; i++)
		if (!list[i].record || !su_is_convertible(convertible, list[i].record))
			list[ret->count++] = list[i];
	if (ret->count)
		qsort(list, ret->count, sizeof(*list), compare);
	ret->at = list;
	return list;
}

struct su_err *su_pointees_check(const struct su_program *old_program,
				 const struct su_program *new_program,
				 const struct su_convertible *convertible)
{
	struct run old, new;
	struct su_pointee *in_old = sorted(old_program, convertible, &old);
	struct su_pointee *in_new = sorted(new_program, convertible, &new);
	struct su_err *err = old.count && new.count ? check_all(old, new) : NULL;

	free(in_old);
	free(in_new);
	return err;
}

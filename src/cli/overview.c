/* What a patch changes, a line for each function: the first thing that `inspect` says. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "cli/cli.h"

struct names {
	SU_VEC(const char *) list;
};

static bool has_name(const struct names *names, const char *name)
{
	for (size_t i = 0; i < names->list.len; i++)
		if (strcmp(names->list.at[i], name) == 0)
			return true;
	return false;
}

/* The variables that start with a value of the new source, at whatever place of the function. */
static void seeded_in(const struct strongupdate_patch *patch, size_t function, struct names *ret)
{
	for (size_t i = 0; i < strongupdate_patch_info(patch)->checkpoint_count; i++) {
		struct strongupdate_checkpoint point = strongupdate_patch_checkpoint(patch, i);

		if (point.function != function || point.direction != STRONGUPDATE_APPLY)
			continue;
		for (size_t k = 0; k < point.value_count; k++) {
			struct strongupdate_value value =
				strongupdate_patch_value(patch, point.first_value + k);
			const char *name = *value.name ? value.name : value.to;

			if (strcmp(value.derivation, "seeded") == 0 && !has_name(ret, name))
				su_vec_push(&ret->list, su_strdup(name));
		}
	}
}

static void print_seeded(const struct strongupdate_patch *patch, size_t function)
{
	struct names names = { 0 };

	seeded_in(patch, function, &names);
	for (size_t i = 0; i < names.list.len; i++) {
		printf("%s%s", i ? ", " : "; seeded: ", cli_visible(names.list.at[i]));
		free((char *)names.list.at[i]);
	}
	su_vec_deinit(&names.list);
}

/* One line: what changed, how many of its calls can be waited in, and what a person is to judge. */
static void print_line(const struct strongupdate_patch *patch, size_t index)
{
	struct strongupdate_function function = strongupdate_patch_function(patch, index);
	const char *opaque = function.opaque[STRONGUPDATE_APPLY];
	SU_FREE char *calls = su_format("%" PRIu32 " of %" PRIu32, function.call_returns_derived[0],
					function.call_returns[0]);

	printf("  %-28s  %-8s  %10s  %s", cli_visible(function.name), function.change,
	       function.call_returns[0] ? calls : "-",
	       *function.reason ? cli_visible(function.reason) : function.change);
	print_seeded(patch, index);
	if (opaque)
		printf("; only while it is not active: %s", cli_visible(opaque));
	putchar('\n');
}

void cli_print_overview(const struct strongupdate_patch *patch)
{
	size_t count = strongupdate_patch_info(patch)->function_count;

	if (count)
		printf("  %-28s  %-8s  %10s  %s\n", "FUNCTION", "CHANGE", "CALLS", "WHAT");
	for (size_t i = 0; i < count; i++)
		print_line(patch, i);
}

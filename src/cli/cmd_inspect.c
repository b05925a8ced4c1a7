/*
 * strongupdate inspect: what a patch changes, and how.
 *
 * The checkpoints of a patch are sorted by direction and address; an index brings those of one
 * function together.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "cli/cli.h"

struct view {
	const struct strongupdate_patch *patch;
	const struct strongupdate_patch_info *info;
	size_t *first_point, *next_point;     /* by function, by checkpoint; END ends */
	size_t *first_missing, *next_missing; /* by function, by missing checkpoint */
};

#define END SIZE_MAX

static void view_init(struct view *view, const struct strongupdate_patch *patch)
{
	const struct strongupdate_patch_info *info = strongupdate_patch_info(patch);

	*view = (struct view){
		.patch = patch,
		.info = info,
		.first_point = su_alloc(info->function_count * sizeof(size_t)),
		.next_point = su_alloc(info->checkpoint_count * sizeof(size_t)),
		.first_missing = su_alloc(info->function_count * sizeof(size_t)),
		.next_missing = su_alloc(info->missing_count * sizeof(size_t)),
	};
	memset(view->first_point, 0xff, info->function_count * sizeof(size_t));
	memset(view->first_missing, 0xff, info->function_count * sizeof(size_t));
	for (size_t i = info->checkpoint_count; i-- > 0;) {
		size_t function = strongupdate_patch_checkpoint(patch, i).function;

		view->next_point[i] = view->first_point[function];
		view->first_point[function] = i;
	}
	for (size_t i = info->missing_count; i-- > 0;) {
		size_t function = strongupdate_patch_missing(patch, i).function;

		view->next_missing[i] = view->first_missing[function];
		view->first_missing[function] = i;
	}
}

static void view_deinit(struct view *view)
{
	free(view->first_point);
	free(view->next_point);
	free(view->first_missing);
	free(view->next_missing);
}

/* ---- JSON ---- */

static void json_line(struct su_json *json, const char *key, const char *file, uint32_t line)
{
	SU_FREE char *text = file ? su_format("%s:%" PRIu32, file, line) : NULL;

	su_json_string(json, key, text);
}

static void json_value(struct su_json *json, const struct strongupdate_value *value)
{
	su_json_object(json, NULL);
	su_json_string(json, "name", value->name);
	su_json_string(json, "derivation", value->derivation);
	su_json_string(json, "to", value->to);
	su_json_string(json, "from", value->from);
	su_json_uint(json, "size", value->size);
	su_json_string(json, "text", value->text);
	su_json_end(json);
}

static void json_checkpoint(struct su_json *json, const struct view *view,
			    const struct strongupdate_checkpoint *point)
{
	su_json_object(json, NULL);
	su_json_string(json, "kind", point->kind);
	su_json_hex(json, "from", point->from);
	su_json_hex(json, "to", point->to);
	json_line(json, "old", point->old_file, point->old_line);
	json_line(json, "new", point->new_file, point->new_line);
	su_json_string(json, "carry", point->stub ? "stub" : "direct");
	if (point->stub)
		su_json_hex(json, "stub", point->stub);
	su_json_bool(json, "seeded", point->seeded);
	su_json_bool(json, "asserted", point->asserted);
	su_json_string(json, "pairing", point->pairing);
	su_json_bool(json, "pristine", point->pristine);
	su_json_bool(json, "unheld", point->unheld);
	if (point->tried)
		su_json_uint(json, "validated_paths", point->paths);
	else
		su_json_string(json, "validated_paths", NULL);
	su_json_array(json, "values");
	for (size_t i = 0; i < point->value_count; i++) {
		struct strongupdate_value value =
			strongupdate_patch_value(view->patch, point->first_value + i);

		json_value(json, &value);
	}
	su_json_end(json);
	su_json_end(json);
}

static void json_missing(struct su_json *json, const struct strongupdate_missing *missing)
{
	su_json_object(json, NULL);
	su_json_hex(json, "from", missing->from);
	json_line(json, "where", missing->file, missing->line);
	cli_json_reason(json, missing->reason);
	su_json_end(json);
}

static void json_direction(struct su_json *json, const struct view *view, size_t index,
			   const struct strongupdate_function *function,
			   enum strongupdate_direction direction)
{
	su_json_uint(json, "call_returns", function->call_returns[direction]);
	su_json_uint(json, "call_returns_derived", function->call_returns_derived[direction]);
	su_json_string(json, "opaque", function->opaque[direction]);
	su_json_array(json, "checkpoints");
	for (size_t i = view->first_point[index]; i != END; i = view->next_point[i]) {
		struct strongupdate_checkpoint point =
			strongupdate_patch_checkpoint(view->patch, i);

		if (point.direction == direction)
			json_checkpoint(json, view, &point);
	}
	su_json_end(json);
	su_json_array(json, "missing");
	for (size_t i = view->first_missing[index]; i != END; i = view->next_missing[i]) {
		struct strongupdate_missing missing = strongupdate_patch_missing(view->patch, i);

		if (missing.direction == direction)
			json_missing(json, &missing);
	}
	su_json_end(json);
}

static void json_function(struct su_json *json, const struct view *view, size_t index)
{
	struct strongupdate_function function = strongupdate_patch_function(view->patch, index);

	su_json_object(json, NULL);
	su_json_string(json, "name", function.name);
	su_json_string(json, "unit", function.unit);
	su_json_string(json, "change", function.change);
	su_json_string(json, "reason", function.reason);
	su_json_hex(json, "old_vaddr", function.old_vaddr);
	su_json_hex(json, "new_vaddr", function.new_vaddr);
	su_json_hex(json, "patch_vaddr", function.patch_vaddr);
	json_direction(json, view, index, &function, STRONGUPDATE_APPLY);
	su_json_object(json, "revert");
	json_direction(json, view, index, &function, STRONGUPDATE_REVERT);
	su_json_end(json);
	su_json_end(json);
}

static void json_judgement(struct su_json *json, const struct strongupdate_judgement *judgement)
{
	su_json_object(json, NULL);
	su_json_string(json, "name", judgement->name);
	su_json_string(json, "unit", judgement->unit);
	su_json_string(json, "text", judgement->text);
	su_json_end(json);
}

static void json_assertion(struct su_json *json, const struct strongupdate_assertion *assertion)
{
	su_json_object(json, NULL);
	su_json_string(json, "text", assertion->text);
	json_line(json, "where", assertion->file, assertion->line);
	su_json_uint(json, "uses", assertion->uses);
	su_json_end(json);
}

static void json_match(struct su_json *json, const struct strongupdate_match *match)
{
	su_json_object(json, NULL);
	su_json_string(json, "name", match->name);
	su_json_string(json, "unit", match->unit);
	su_json_string(json, "kind", match->is_variable ? "variable" : "function");
	su_json_string(json, "evidence", match->evidence);
	su_json_hex(json, "old_vaddr", match->old_vaddr);
	su_json_hex(json, "new_vaddr", match->new_vaddr);
	su_json_end(json);
}

static void json_variable(struct su_json *json, const struct strongupdate_variable *variable)
{
	su_json_object(json, NULL);
	su_json_string(json, "name", variable->name);
	su_json_string(json, "unit", variable->unit);
	su_json_string(json, "change", variable->change);
	su_json_uint(json, "size", variable->size);
	if (variable->old_size)
		su_json_uint(json, "old_size", variable->old_size);
	su_json_hex(json, "old_vaddr", variable->old_vaddr);
	su_json_hex(json, "patch_vaddr", variable->patch_vaddr);
	su_json_end(json);
}

static int say_json(const struct view *view)
{
	const struct strongupdate_patch_info *info = view->info;
	struct su_json json = { 0 };

	su_json_object(&json, NULL);
	cli_json_result(&json, "ok", NULL);
	su_json_string(&json, "image", info->image_name);
	su_json_string(&json, "old_build_id", info->old_build_id);
	su_json_string(&json, "new_build_id", info->new_build_id);
	su_json_string(&json, "patch", info->hash);
	cli_json_signatures(&json, view->patch);
	su_json_uint(&json, "file_bytes", info->file_size);
	su_json_uint(&json, "mapped_bytes", info->mapped_size);
	su_json_array(&json, "judgements");
	for (size_t i = 0; i < info->judgement_count; i++) {
		struct strongupdate_judgement judgement =
			strongupdate_patch_judgement(view->patch, i);

		json_judgement(&json, &judgement);
	}
	su_json_end(&json);
	su_json_array(&json, "assertions");
	for (size_t i = 0; i < info->assertion_count; i++) {
		struct strongupdate_assertion assertion =
			strongupdate_patch_assertion(view->patch, i);

		json_assertion(&json, &assertion);
	}
	su_json_end(&json);
	su_json_array(&json, "functions");
	for (size_t i = 0; i < info->function_count; i++)
		json_function(&json, view, i);
	su_json_end(&json);
	su_json_array(&json, "variables");
	for (size_t i = 0; i < info->variable_count; i++) {
		struct strongupdate_variable variable = strongupdate_patch_variable(view->patch, i);

		json_variable(&json, &variable);
	}
	su_json_end(&json);
	su_json_array(&json, "matches");
	for (size_t i = 0; i < info->match_count; i++) {
		struct strongupdate_match match = strongupdate_patch_match(view->patch, i);

		json_match(&json, &match);
	}
	su_json_end(&json);
	su_json_end(&json);
	return cli_json_finish(&json, STRONGUPDATE_DONE);
}

/* ---- text ---- */

static char *format_line(const char *file, uint32_t line)
{
	return file ? su_format("%s:%" PRIu32, cli_visible(file), line) : su_strdup("?");
}

static void print_value(const struct strongupdate_value *value)
{
	printf("        %-8s <- %-12s  %-11s  %s%s%s\n", *value->to ? cli_visible(value->to) : "-",
	       cli_visible(value->from), value->derivation, cli_visible(value->name),
	       *value->name && *value->text ? ": " : "", cli_visible(value->text));
}

/* ", validated on 6 paths" */
static char *format_paths(const struct strongupdate_checkpoint *point)
{
	if (!point->tried)
		return su_strdup("");
	if (!point->paths)
		return su_strdup(", not reached");
	return su_format(", validated on %" PRIu32 " path%s", point->paths,
			 cli_plural(point->paths));
}

static void print_checkpoint(const struct view *view, const struct strongupdate_checkpoint *point)
{
	SU_FREE char *old_line = format_line(point->old_file, point->old_line);
	SU_FREE char *new_line = format_line(point->new_file, point->new_line);
	SU_FREE char *paths = format_paths(point);
	bool paired = strcmp(point->pairing, "same") != 0;

	printf("    %-11s  0x%" PRIx64 " -> 0x%" PRIx64 "  %s -> %s  %s%s%s%s%s%s%s%s\n",
	       point->kind, point->from, point->to, old_line, new_line,
	       point->stub ? "stub" : "direct", point->seeded ? ", seeded" : "",
	       point->asserted ? ", asserted" : "", paired ? ", " : "",
	       paired ? point->pairing : "", point->pristine ? ", pristine" : "",
	       point->unheld ? ", if not held" : "", paths);
	for (size_t i = 0; i < point->value_count; i++) {
		struct strongupdate_value value =
			strongupdate_patch_value(view->patch, point->first_value + i);

		print_value(&value);
	}
}

static void print_missing(const struct strongupdate_missing *missing)
{
	SU_FREE char *where = format_line(missing->file, missing->line);

	printf("    %-11s  0x%" PRIx64 "  %s%s: %s\n", "none", missing->from, where,
	       missing->direction == STRONGUPDATE_REVERT ? " (revert)" : "",
	       cli_visible(missing->reason));
}

static void print_direction(const struct strongupdate_function *function, const char *what,
			    enum strongupdate_direction direction)
{
	if (function->opaque[direction])
		printf("  %s: only while it is not active: %s\n", what,
		       cli_visible(function->opaque[direction]));
	else if (function->call_returns[direction])
		printf("  %s: %" PRIu32 " of %" PRIu32 " call return%s derived\n", what,
		       function->call_returns_derived[direction], function->call_returns[direction],
		       cli_plural(function->call_returns[direction]));
}

static void print_function(const struct view *view, size_t index)
{
	struct strongupdate_function function = strongupdate_patch_function(view->patch, index);

	printf("\n%s  %s%s%s%s%s\n", cli_visible(function.name), cli_visible(function.unit),
	       *function.unit ? "  " : "", function.change, *function.reason ? ": " : "",
	       cli_visible(function.reason));
	print_direction(&function, "apply", STRONGUPDATE_APPLY);
	print_direction(&function, "revert", STRONGUPDATE_REVERT);
	for (size_t i = view->first_point[index]; i != END; i = view->next_point[i]) {
		struct strongupdate_checkpoint point =
			strongupdate_patch_checkpoint(view->patch, i);

		if (point.direction == STRONGUPDATE_APPLY)
			print_checkpoint(view, &point);
	}
	for (size_t i = view->first_missing[index]; i != END; i = view->next_missing[i]) {
		struct strongupdate_missing missing = strongupdate_patch_missing(view->patch, i);

		print_missing(&missing);
	}
}

static void print_judgements(const struct view *view)
{
	if (view->info->judgement_count)
		printf("\nfor the author to judge: kept, and perhaps another thing in the new version\n");
	for (size_t i = 0; i < view->info->judgement_count; i++) {
		struct strongupdate_judgement one = strongupdate_patch_judgement(view->patch, i);

		printf("    %s  %s%s%s\n", cli_visible(one.name), cli_visible(one.unit),
		       *one.unit ? "  " : "", cli_visible(one.text));
	}
}

static void print_assertions(const struct view *view)
{
	if (view->info->assertion_count)
		printf("\nasserted by the specification, not derived\n");
	for (size_t i = 0; i < view->info->assertion_count; i++) {
		struct strongupdate_assertion one = strongupdate_patch_assertion(view->patch, i);

		printf("    %s:%" PRIu32 "  %s  (used %" PRIu32 " time%s)\n", cli_visible(one.file),
		       one.line, cli_visible(one.text), one.uses, cli_plural(one.uses));
	}
}

static void print_variables(const struct view *view)
{
	if (view->info->variable_count)
		printf("\nvariables\n");
	for (size_t i = 0; i < view->info->variable_count; i++) {
		struct strongupdate_variable variable = strongupdate_patch_variable(view->patch, i);

		printf("    %-13s  %s  %s%s%" PRIu32 " byte%s", variable.change,
		       cli_visible(variable.name), cli_visible(variable.unit),
		       *variable.unit ? "  " : "", variable.size, cli_plural(variable.size));
		if (variable.old_size)
			printf(", %" PRIu32 " before: converted, or as it starts; held by nobody",
			       variable.old_size);
		printf("\n");
	}
}

static void print_matches(const struct view *view)
{
	if (view->info->match_count)
		printf("\nmatched by more than a name\n");
	for (size_t i = 0; i < view->info->match_count; i++) {
		struct strongupdate_match match = strongupdate_patch_match(view->patch, i);

		printf("    %-13s  0x%" PRIx64 " -> 0x%" PRIx64 "  %s  %s%s%s\n",
		       match.is_variable ? "variable" : "function", match.old_vaddr,
		       match.new_vaddr, cli_visible(match.name), cli_visible(match.unit),
		       *match.unit ? "  " : "", cli_visible(match.evidence));
	}
}

static bool is_chosen(const struct cli_args *args, const char *name)
{
	for (size_t i = 0; i < args->functions.len; i++)
		if (strcmp(args->functions.at[i], name) == 0)
			return true;
	return args->details;
}

/* False, and said, when a function that was asked for is none of the patch's. */
static bool know_functions(const struct cli_args *args, const struct view *view)
{
	for (size_t i = 0; i < args->functions.len; i++) {
		bool known = false;

		for (size_t k = 0; k < view->info->function_count && !known; k++)
			known = strcmp(strongupdate_patch_function(view->patch, k).name,
				       args->functions.at[i]) == 0;
		if (known)
			continue;
		cli_complain("the patch changes no function '%s'", args->functions.at[i]);
		return false;
	}
	return true;
}

static int say_text(const struct cli_args *args, const struct view *view)
{
	const struct strongupdate_patch_info *info = view->info;
	size_t missing = 0;

	for (size_t i = 0; i < info->missing_count; i++)
		missing +=
			strongupdate_patch_missing(view->patch, i).direction == STRONGUPDATE_APPLY;
	printf("%s %.12s -> %.12s: %zu function%s, %zu variable%s\n", cli_visible(info->image_name),
	       info->old_build_id, info->new_build_id, info->function_count,
	       cli_plural(info->function_count), info->variable_count,
	       cli_plural(info->variable_count));
	cli_print_signatures(view->patch);
	print_judgements(view);
	if (missing)
		printf("%zu place%s without a checkpoint: an activation waiting there is in the "
		       "way\n",
		       missing, cli_plural(missing));
	cli_print_overview(view->patch);
	for (size_t i = 0; i < info->function_count; i++)
		if (is_chosen(args, strongupdate_patch_function(view->patch, i).name))
			print_function(view, i);
	print_assertions(view);
	print_variables(view);
	if (args->details)
		print_matches(view);
	else if (!args->functions.len && info->function_count)
		printf("\nnext: 'strongupdate inspect --function FUNCTION %s' shows how its "
		       "activations are carried over, --details all\n",
		       cli_visible(args->operands[0]));
	return cli_finish(STRONGUPDATE_DONE);
}

int cmd_inspect(const struct cli_args *args)
{
	struct strongupdate_patch *patch;
	struct strongupdate_error *error = strongupdate_patch_open(args->operands[0], &patch);
	struct view view;

	if (error)
		return cli_fail(args->json, error);
	strongupdate_error_free(strongupdate_patch_judge(patch, args->trust));
	view_init(&view, patch);
	int status = STRONGUPDATE_USAGE;
	if (args->json)
		status = say_json(&view);
	else if (know_functions(args, &view))
		status = say_text(args, &view);
	view_deinit(&view);
	strongupdate_patch_close(patch);
	return status;
}

/* Where the code of a source function, or of source lines, is: every copy of it. */
#include <stdlib.h>
#include <string.h>

#include "dwarf/dwarf_private.h"

static void add_code_range(struct su_code_ranges *code, uint64_t low, uint64_t high)
{
	if (low < high)
		su_vec_push(&code->list, (struct su_code_range){ low, high });
}

static void add_inlined(const struct su_dwarf_detail *detail, const char *name,
			struct su_code_ranges *code)
{
	for (size_t i = 0; i < detail->inline_count; i++) {
		const struct su_dwarf_scope *scope = &detail->inlines[i].scope;

		if (strcmp(detail->inlines[i].name, name) != 0)
			continue;
		for (size_t k = 0; k < scope->count; k++)
			add_code_range(code, scope->ranges[k].lo, scope->ranges[k].hi);
	}
}

void su_debug_code_of_function(const struct su_debug *debug, const char *name,
			       struct su_code_ranges *code)
{
	for (size_t i = 0; i < debug->function_spans.len; i++) {
		const struct su_dwarf_span *span = &debug->function_spans.at[i];

		if (strcmp(debug->functions.at[span->index].pub.name, name) == 0)
			add_code_range(code, span->lo, span->hi);
	}
	for (size_t i = 0; i < debug->functions.len; i++)
		add_inlined(su_dwarf_detail(debug, &debug->functions.at[i]), name, code);
}

/* Whether `path` ends with the components of `wanted`. */
static bool names_file(const char *path, const char *wanted)
{
	size_t have = strlen(path), want = strlen(wanted);

	return have >= want && strcmp(path + have - want, wanted) == 0 &&
	       (have == want || path[have - want - 1] == '/');
}

/* A row of the line table holds up to the next one's address. */
static void add_rows(Dwarf_Lines *lines, size_t count, const struct su_lines *wanted,
		     struct su_code_ranges *code)
{
	for (size_t i = 0; i + 1 < count; i++) {
		Dwarf_Line *line = dwarf_onesrcline(lines, i);
		const char *file = dwarf_linesrc(line, NULL, NULL);
		Dwarf_Addr low, high;
		bool is_end = false;
		int number;

		if (!file || !names_file(file, wanted->file) || dwarf_lineno(line, &number) ||
		    number < wanted->first || number > wanted->last ||
		    dwarf_lineendsequence(line, &is_end) || is_end || dwarf_lineaddr(line, &low) ||
		    dwarf_lineaddr(dwarf_onesrcline(lines, i + 1), &high))
			continue;
		add_code_range(code, low, high);
	}
}

void su_debug_code_of_lines(const struct su_debug *debug, const struct su_lines *wanted,
			    struct su_code_ranges *code)
{
	for (size_t i = 0; i < debug->units.len; i++) {
		Dwarf_Lines *lines;
		size_t count;

		if (!dwarf_getsrclines(&debug->units.at[i].die, &lines, &count))
			add_rows(lines, count, wanted, code);
	}
}

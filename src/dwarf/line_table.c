/*
 * Source lines: libdw reads a unit's line table when its first address is asked for and keeps it.
 *
 * Of several rows for one address the last is in force (DWARF 5 section 6.2); line 0 means that
 * the compiler knows of no source for the code.
 */
#include <dwarf.h>

#include "dwarf/dwarf_private.h"

bool su_debug_column_at(const struct su_debug *debug, uint64_t vaddr, const char **ret_file,
			int *ret_line, int *ret_column)
{
	const struct su_dwarf_span *span =
		su_dwarf_span_at(debug->unit_spans.at, debug->unit_spans.len, vaddr);
	Dwarf_Line *line;
	const char *file;
	int number;

	if (!span)
		return false;
	line = dwarf_getsrc_die(&debug->units.at[span->index].die, vaddr);
	if (!line || dwarf_lineno(line, &number) != 0 || number <= 0)
		return false;
	file = dwarf_linesrc(line, NULL, NULL);
	if (!file)
		return false;
	*ret_file = file;
	*ret_line = number;
	if (dwarf_linecol(line, ret_column) != 0)
		*ret_column = 0;
	return true;
}

bool su_debug_line_at(const struct su_debug *debug, uint64_t vaddr, const char **ret_file,
		      int *ret_line)
{
	int column;

	return su_debug_column_at(debug, vaddr, ret_file, ret_line, &column);
}

uint64_t su_dwarf_prologue_end(const struct su_debug *debug, uint64_t entry, uint64_t end)
{
	const struct su_dwarf_span *span =
		su_dwarf_span_at(debug->unit_spans.at, debug->unit_spans.len, entry);
	Dwarf_Lines *lines;
	size_t count;

	if (!span || dwarf_getsrclines(&debug->units.at[span->index].die, &lines, &count) != 0)
		return 0;
	for (size_t i = 0; i < count; i++) {
		Dwarf_Line *line = dwarf_onesrcline(lines, i);
		Dwarf_Addr vaddr;
		bool is_end = false;
		if (line && dwarf_lineaddr(line, &vaddr) == 0 && vaddr >= entry && vaddr < end &&
		    dwarf_lineprologueend(line, &is_end) == 0 && is_end)
			return vaddr;
	}
	return 0;
}

/* The first row at or after `vaddr`: libdw sorts them by address. */
static size_t first_row(Dwarf_Lines *lines, size_t count, uint64_t vaddr)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		Dwarf_Addr at = 0;

		dwarf_lineaddr(dwarf_onesrcline(lines, middle), &at);
		if (at < vaddr)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static const char *folder_of(Dwarf_Die *unit)
{
	Dwarf_Attribute attr;
	const char *folder = dwarf_formstring(dwarf_attr(unit, DW_AT_comp_dir, &attr));

	return folder ? folder : "";
}

void su_debug_rows(const struct su_debug *debug, uint64_t low, uint64_t high, su_debug_row *row,
		   void *ctx)
{
	const struct su_dwarf_span *span =
		su_dwarf_span_at(debug->unit_spans.at, debug->unit_spans.len, low);
	Dwarf_Lines *lines;
	size_t count;

	if (!span || dwarf_getsrclines(&debug->units.at[span->index].die, &lines, &count) != 0)
		return;

	const char *folder = folder_of(&debug->units.at[span->index].die);
	for (size_t i = first_row(lines, count, low); i < count; i++) {
		Dwarf_Line *line = dwarf_onesrcline(lines, i);
		Dwarf_Addr vaddr;
		bool is_end = false;
		int number;

		if (dwarf_lineaddr(line, &vaddr) != 0 || vaddr >= high)
			return;
		const char *file = dwarf_linesrc(line, NULL, NULL);
		if (file && dwarf_lineno(line, &number) == 0 &&
		    dwarf_lineendsequence(line, &is_end) == 0 && !is_end)
			row(ctx, vaddr, *file == '/' ? "" : folder, file, number);
	}
}

/*
 * Opening: the tables of units and of out-of-line functions.
 *
 * Only the top-level entries of each unit are read here.  A function counts when its ranges lie in
 * executable sections of the image: those of code that the linker threw away (its entries stay,
 * with addresses near 0 or -1) do not.  A `.cold` part is one more range of the same entry.  Where
 * two entries claim the same bytes (identical code folding) both are marked, and nothing is said of
 * their variables.  DWARF 5 sections 3.1, 3.3; 4 sections 3.1, 3.3.
 */
#include <dwarf.h>
#include <gelf.h>
#include <stdlib.h>
#include <string.h>

#include "dwarf/dwarf_private.h"

static bool in_section(const struct su_image *image, uint64_t lo, uint64_t hi)
{
	for (size_t i = 0; i < image->section_count; i++) {
		const struct su_section *section = &image->sections[i];
		if ((section->flags & SHF_EXECINSTR) && lo >= section->vaddr &&
		    hi - section->vaddr <= section->size)
			return lo < hi;
	}
	return false;
}

static bool all_in_code(const struct su_image *image, const struct su_dwarf_scope *scope)
{
	for (size_t i = 0; i < scope->count; i++) {
		if (!in_section(image, scope->ranges[i].lo, scope->ranges[i].hi))
			return false;
	}
	return scope->count > 0;
}

static bool has_addresses(Dwarf_Die *die)
{
	return dwarf_hasattr(die, DW_AT_low_pc) || dwarf_hasattr(die, DW_AT_ranges);
}

static void add_function(struct su_debug *debug, Dwarf_Die *die)
{
	struct su_dwarf_scope scope = su_dwarf_scope_read(debug, die);
	struct su_dwarf_subprogram function = { .die = *die };
	Dwarf_Die root;
	Dwarf_Addr low;

	if (!all_in_code(debug->image, &scope))
		return;
	root = su_dwarf_root(*die);
	function.pub.name = dwarf_diename(&root);
	if (!function.pub.name)
		function.pub.name = "";
	function.pub.unit = su_dwarf_unit_name(die, &root);
	function.pub.unit_id = su_dwarf_unit_id(&root, die);
	function.pub.entry = dwarf_lowpc(die, &low) == 0 ? low : scope.ranges[0].lo;
	function.pub.external = su_dwarf_flag(die, DW_AT_external);
	for (size_t i = 0; i < scope.count; i++) {
		struct su_dwarf_span span = { scope.ranges[i].lo, scope.ranges[i].hi,
					      (uint32_t)debug->functions.len };
		su_vec_push(&debug->function_spans, span);
	}
	su_vec_push(&debug->functions, function);
}

/* `die`: of a unit or of its skeleton, which has the addresses. */
static void add_unit_spans(struct su_debug *debug, Dwarf_Die *die)
{
	struct su_dwarf_scope scope = su_dwarf_scope_read(debug, die);

	for (size_t i = 0; i < scope.count; i++) {
		struct su_dwarf_span span = { scope.ranges[i].lo, scope.ranges[i].hi,
					      (uint32_t)debug->units.len };
		if (in_section(debug->image, span.lo, span.hi))
			su_vec_push(&debug->unit_spans, span);
	}
}

static struct su_err *malformed_unit(const struct su_debug *debug)
{
	const struct su_image *image = debug->image;

	return su_err_new(SU_E_FORMAT, "%s: the debugging information is malformed: %s",
			  image->debug_path ? image->debug_path : image->path, dwarf_errmsg(-1));
}

/* The .dwo file that a skeleton stands for. */
static const char *split_name(Dwarf_Die *skeleton)
{
	Dwarf_Attribute attr;
	const char *name = NULL;

	if (dwarf_attr(skeleton, DW_AT_dwo_name, &attr) ||
	    dwarf_attr(skeleton, DW_AT_GNU_dwo_name, &attr))
		name = dwarf_formstring(&attr);
	return name ? name : "its .dwo file";
}

/* `skeleton`: the unit stands for one in a file of its own, `split` is that, or nothing. */
static struct su_err *add_unit(struct su_debug *debug, Dwarf_Die *die, bool skeleton,
			       Dwarf_Die *split)
{
	struct su_dwarf_unit unit = { .die = *die };
	int tag = dwarf_tag(die);
	Dwarf_Die child;
	int end;

	unit.imported = tag == DW_TAG_partial_unit || tag == DW_TAG_type_unit;
	if (skeleton && split->addr)
		unit.die = *split;
	else if (skeleton)
		unit.split_name = split_name(die);
	unit.name = dwarf_diename(&unit.die);
	if (!unit.name)
		unit.name = unit.split_name ? unit.split_name : "";
	add_unit_spans(debug, die);
	su_vec_push(&debug->units, unit);
	su_map_put_u64(debug->unit_of, (uint64_t)(uintptr_t)unit.die.addr,
		       (void *)(uintptr_t)debug->units.len);
	for (end = dwarf_child(&unit.die, &child); end == 0;
	     end = dwarf_siblingof(&child, &child)) {
		if (dwarf_tag(&child) == DW_TAG_subprogram && has_addresses(&child))
			add_function(debug, &child);
	}
	return end < 0 ? malformed_unit(debug) : NULL;
}

static int compare_spans(const void *left, const void *right)
{
	const struct su_dwarf_span *a = left, *b = right;

	if (a->lo != b->lo)
		return a->lo < b->lo ? -1 : 1;
	/* The one to be found first stands last: su_dwarf_span_at() takes the last that fits. */
	return a->index < b->index ? 1 : a->index > b->index ? -1 : 0;
}

/* Entries that overlap describe code that is not theirs alone. */
static void mark_shared(struct su_debug *debug)
{
	uint64_t highest = 0;
	uint32_t owner = 0;

	for (size_t i = 0; i < debug->function_spans.len; i++) {
		const struct su_dwarf_span *span = &debug->function_spans.at[i];
		if (span->lo < highest && span->index != owner) {
			debug->functions.at[span->index].shared = true;
			debug->functions.at[owner].shared = true;
		}
		if (span->hi > highest) {
			highest = span->hi;
			owner = span->index;
		}
	}
}

static void index_functions(struct su_debug *debug)
{
	if (debug->unit_spans.len)
		qsort(debug->unit_spans.at, debug->unit_spans.len, sizeof(*debug->unit_spans.at),
		      compare_spans);
	if (debug->function_spans.len)
		qsort(debug->function_spans.at, debug->function_spans.len,
		      sizeof(*debug->function_spans.at), compare_spans);
	mark_shared(debug);
	for (size_t i = debug->functions.len; i > 0; i--) {
		struct su_dwarf_subprogram *function = &debug->functions.at[i - 1];
		su_map_put_u64(debug->by_entry, function->pub.entry, function);
	}
}

static uint64_t section_bytes(Elf *elf, const char *wanted)
{
	Elf_Scn *scn = NULL;
	GElf_Shdr header;
	size_t names;

	if (elf_getshdrstrndx(elf, &names) != 0)
		return 0;
	while ((scn = elf_nextscn(elf, scn))) {
		const char *name;
		if (!gelf_getshdr(scn, &header))
			continue;
		name = elf_strptr(elf, names, header.sh_name);
		if (name && strcmp(name, wanted) == 0) {
			Elf_Data *data = elf_getdata(scn, NULL);
			return data ? data->d_size : 0;
		}
	}
	return 0;
}

static uint64_t info_bytes(Elf *elf)
{
	return section_bytes(elf, ".debug_info") + section_bytes(elf, ".zdebug_info") +
	       section_bytes(elf, ".debug_types");
}

static struct su_err *read_units(struct su_debug *debug)
{
	Dwarf_CU *unit = NULL;
	Dwarf_Die die, split;
	uint8_t type;
	int end;

	while ((end = dwarf_get_units(debug->dwarf, unit, &unit, NULL, &type, &die, &split)) == 0)
		SU_TRY(add_unit(debug, &die, type == DW_UT_skeleton, &split));
	return end < 0 ? malformed_unit(debug) : NULL;
}

static struct su_err *read_alternate(struct su_debug *debug)
{
	Elf *elf = debug->image->alt_elf;

	if (!elf)
		return NULL;
	debug->alternate = dwarf_begin_elf(elf, DWARF_C_READ, NULL);
	if (!debug->alternate)
		return su_err_new(SU_E_FORMAT, "%s: the debugging information is malformed: %s",
				  debug->image->alt_path, dwarf_errmsg(-1));
	dwarf_setalt(debug->dwarf, debug->alternate);
	debug->die_budget += info_bytes(elf);
	return NULL;
}

static struct su_err *read_all(struct su_debug *debug)
{
	Elf *elf = debug->image->dwarf_elf;

	if (debug->image->elf)
		debug->eh_frame = dwarf_getcfi_elf(debug->image->elf);
	if (!elf)
		return NULL;
	if (info_bytes(elf) == 0)
		return NULL;
	debug->dwarf = dwarf_begin_elf(elf, DWARF_C_READ, NULL);
	if (!debug->dwarf)
		return malformed_unit(debug);
	debug->die_budget = info_bytes(elf); /* once more: libdw has decompressed them */
	SU_TRY(read_alternate(debug));
	debug->debug_frame = dwarf_getcfi(debug->dwarf);
	SU_TRY(read_units(debug));
	index_functions(debug);
	return NULL;
}

struct su_err *su_debug_open(const struct su_image *image, struct su_debug **ret)
{
	struct su_debug *debug = su_alloc(sizeof(*debug));
	struct su_err *err;

	debug->image = image;
	debug->arena = su_arena_create();
	debug->by_entry = su_map_create();
	debug->unit_of = su_map_create();
	debug->cache = su_alloc(sizeof(*debug->cache));
	debug->cache->type_hashes = su_map_create();
	debug->frames = su_alloc(SU_FRAME_CACHE * sizeof(*debug->frames));
	err = read_all(debug);
	if (err) {
		su_debug_close(debug);
		return err;
	}
	*ret = debug;
	return NULL;
}

void su_debug_close(struct su_debug *debug)
{
	if (!debug)
		return;
	if (debug->eh_frame)
		dwarf_cfi_end(debug->eh_frame);
	if (debug->dwarf)
		dwarf_end(debug->dwarf);
	if (debug->alternate)
		dwarf_end(debug->alternate);
	su_vec_deinit(&debug->units);
	su_vec_deinit(&debug->unit_spans);
	su_vec_deinit(&debug->functions);
	su_vec_deinit(&debug->function_spans);
	su_map_destroy(debug->by_entry);
	su_map_destroy(debug->unit_of);
	su_map_destroy(debug->cache->type_hashes);
	su_vec_deinit(&debug->cache->declared);
	free(debug->cache->statics);
	free(debug->cache->bare);
	free(debug->cache->types);
	free(debug->cache->type_dies);
	free(debug->cache);
	free(debug->frames);
	su_arena_destroy(debug->arena);
	free(debug);
}

bool su_debug_function_at(const struct su_debug *debug, uint64_t vaddr,
			  struct su_dwarf_function *ret)
{
	const struct su_dwarf_span *span =
		su_dwarf_span_at(debug->function_spans.at, debug->function_spans.len, vaddr);

	if (!span)
		return false;
	*ret = debug->functions.at[span->index].pub;
	return true;
}

const char *su_debug_unit_at(const struct su_debug *debug, uint64_t vaddr)
{
	struct su_dwarf_function function;
	const struct su_dwarf_span *span =
		su_dwarf_span_at(debug->unit_spans.at, debug->unit_spans.len, vaddr);

	if (span)
		return debug->units.at[span->index].name;
	return su_debug_function_at(debug, vaddr, &function) ? function.unit : NULL;
}

uint64_t su_debug_unit_id_at(const struct su_debug *debug, uint64_t vaddr)
{
	struct su_dwarf_function function;
	const struct su_dwarf_span *span;

	if (su_debug_function_at(debug, vaddr, &function))
		return function.unit_id;
	span = su_dwarf_span_at(debug->unit_spans.at, debug->unit_spans.len, vaddr);
	return span ? dwarf_dieoffset(&debug->units.at[span->index].die) : 0;
}

struct su_dwarf_subprogram *su_dwarf_subprogram_at(const struct su_debug *debug, uint64_t entry)
{
	return su_map_get_u64(debug->by_entry, entry);
}

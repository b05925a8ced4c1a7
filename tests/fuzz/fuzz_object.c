/* The readers of ELF and DWARF: one object, and every question that the builder has about one. */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "dwarf/debuginfo.h"
#include "elf/image.h"

static void ask_image(const struct su_image *image)
{
	struct su_import import;
	size_t count;

	for (size_t i = 0; i < image->section_count; i++) {
		const struct su_section *section = &image->sections[i];

		touch_string(section->name);
		if (section->data && section->size)
			touch(section->data[section->size - 1]);
	}
	for (size_t i = 0; i < image->symbol_count; i++) {
		const struct su_symbol *symbol = &image->symbols[i];
		const uint8_t *at = su_image_bytes(image, symbol->vaddr, symbol->size);

		touch_string(symbol->name);
		touch_string(symbol->version);
		su_image_symbol_at(image, symbol->vaddr);
		su_image_section_at(image, symbol->vaddr);
		if (at && symbol->size)
			touch(at[symbol->size - 1]);
	}
	for (size_t i = 0; i < image->reloc_count; i++) {
		su_image_relocs_in(image, image->relocs[i].vaddr, 4096, &count);
		if (su_image_import_at(image, image->relocs[i].vaddr, &import))
			su_image_import_named(image, import.symbol->name, import.symbol->version,
					      import.form, &import);
	}
}

static void ask_place(struct su_debug *debug, uint64_t vaddr)
{
	struct su_dwarf_function function;
	struct su_frame_row row;
	const char *names[8], *file;
	uint64_t result, hash;
	int line;

	if (su_debug_function_at(debug, vaddr, &function))
		touch_string(function.name);
	touch_string(su_debug_unit_at(debug, vaddr));
	if (su_debug_line_at(debug, vaddr, &file, &line))
		touch_string(file);
	size_t depth = su_debug_inlined_at(debug, vaddr, names, 8);
	for (size_t i = 0; i < depth && i < 8; i++)
		touch_string(names[i]);
	su_debug_frame_row(debug, vaddr, &row);
	su_debug_signature_at(debug, vaddr, &result, &hash);
}

static void ask_locals(struct su_debug *debug, uint64_t entry, uint64_t size)
{
	const struct su_local *locals;
	size_t count;
	struct su_err *err = su_debug_locals(debug, entry, &locals, &count);

	for (size_t i = 0; i < count && !err; i++) {
		touch_string(locals[i].name);
		touch_string(locals[i].key);
		touch_string(locals[i].type_name);
		for (uint64_t at = entry; at < entry + size; at += 5)
			touch(su_debug_local_at(debug, entry, locals[i].index, at).kind);
	}
	su_err_destroy(err);
}

static void ask_debug(const struct su_image *image, struct su_debug *debug)
{
	size_t count;
	const struct su_static *statics = su_debug_statics(debug, &count);

	for (size_t i = 0; i < count; i++)
		touch_string(statics[i].name);
	const struct su_type *types = su_debug_types(debug, &count);
	for (size_t i = 0; i < count; i++)
		free(su_debug_types_differ(debug, &types[0], debug, &types[i]));
	free(su_debug_enumerators(debug, &count));
	for (size_t i = 0; i < image->symbol_count; i++) {
		const struct su_symbol *symbol = &image->symbols[i];
		uint64_t size = symbol->size < 64 ? symbol->size : 64;

		for (uint64_t at = 0; at < size; at += 7)
			ask_place(debug, symbol->vaddr + at);
		ask_locals(debug, symbol->vaddr, size);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct su_image *image = NULL;
	struct su_debug *debug = NULL;
	char path[32];
	int fd = open_bytes(bytes, size, path);
	struct su_err *err = su_image_open(path, NULL, 0, &image);

	close(fd);
	if (!err) {
		ask_image(image);
		err = su_debug_open(image, &debug);
	}
	if (!err)
		ask_debug(image, debug);
	su_err_destroy(err);
	su_debug_close(debug);
	su_image_close(image);
	return 0;
}

/* Unwind tables, read once for all processes of an update: see tables.h. */
#include "update/ready/tables.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "elf/frames.h"

enum origin { FROM_IMAGE, FROM_FILE, FROM_PATCH };

struct su_table {
	enum origin origin;
	struct su_file_id file; /* FROM_FILE; all zero: it cannot be told which */
	uint8_t build_id[64];
	size_t build_id_size;
	uint8_t *image; /* or NULL */
	size_t size;
	Elf *elf;
	Dwarf_CFI *cfi; /* or NULL */
};

void su_tables_deinit(struct su_tables *tables)
{
	for (size_t i = 0; i < tables->list.len; i++) {
		struct su_table *table = tables->list.at[i];

		dwarf_cfi_end(table->cfi);
		elf_end(table->elf);
		free(table->image);
		free(table);
	}
	su_vec_deinit(&tables->list);
}

/* Takes the image. */
static struct su_table *add_table(struct su_tables *tables, enum origin origin, uint8_t *image,
				  size_t size)
{
	struct su_table *table = su_alloc(sizeof(*table));

	elf_version(EV_CURRENT);
	*table = (struct su_table){ .origin = origin, .image = image, .size = size };
	table->elf = image ? elf_memory((char *)image, size) : NULL;
	table->cfi = table->elf ? dwarf_getcfi_elf(table->elf) : NULL;
	su_vec_push(&tables->list, table);
	return table;
}

Dwarf_CFI *su_tables_of_image(struct su_tables *tables, uint8_t *image, size_t size)
{
	return add_table(tables, FROM_IMAGE, image, size)->cfi;
}

/* ---- files ---- */

static bool is_of_file(const struct su_table *table, const struct su_file_id *file,
		       const struct su_object *object)
{
	return table->origin == FROM_FILE && !memcmp(&table->file, file, sizeof(*file)) &&
	       table->build_id_size == object->build_id_size &&
	       !memcmp(table->build_id, object->build_id, object->build_id_size);
}

Dwarf_CFI *su_tables_of_file(struct su_tables *tables, pid_t pid, const struct su_mapping *mapping,
			     const struct su_object *object)
{
	struct su_file_id file = { 0 };
	bool is_known = su_maps_file_id(pid, mapping, &file);
	size_t size = 0;

	for (size_t i = 0; i < tables->list.len && is_known; i++)
		if (is_of_file(tables->list.at[i], &file, object))
			return tables->list.at[i]->cfi;
	SU_FREE char *path = su_maps_file(pid, mapping);
	uint8_t *image = su_elf_frames_read(path, object->build_id, object->build_id_size, &size);
	struct su_table *table = add_table(tables, FROM_FILE, image, size);
	table->file = file;
	table->build_id_size = object->build_id_size;
	memcpy(table->build_id, object->build_id, object->build_id_size);
	return table->cfi;
}

/* ---- patches ---- */

Dwarf_CFI *su_tables_of_patch(struct su_tables *tables, const struct su_patch *patch)
{
	for (size_t i = 0; i < tables->list.len; i++) {
		const struct su_table *table = tables->list.at[i];

		if (table->origin == FROM_PATCH && table->size == patch->size &&
		    !memcmp(table->image, patch->bytes, patch->size))
			return table->cfi;
	}
	uint8_t *image = su_alloc(patch->size);
	memcpy(image, patch->bytes, patch->size);
	return add_table(tables, FROM_PATCH, image, patch->size)->cfi;
}

/*
 * Opening an image: the passes in order, and the look-ups of sections and bytes.  See image.h.
 *
 * All tables and strings belong to one arena; names point into the bytes of the two files.
 */
#include "elf/image.h"

#include <string.h>

#include "base/reason.h"
#include "base/search.h"
#include "elf/elf_private.h"

static bool in_memory(const struct su_section *section)
{
	bool is_tbss = section->type == SHT_NOBITS && (section->flags & SHF_TLS);

	return (section->flags & SHF_ALLOC) && !is_tbss && section->size > 0;
}

static int compare_sections(const void *a, const void *b)
{
	const struct su_section *x = *(const struct su_section *const *)a;
	const struct su_section *y = *(const struct su_section *const *)b;

	return (x->vaddr > y->vaddr) - (x->vaddr < y->vaddr);
}

static struct su_err *index_sections(struct su_image *image)
{
	struct su_image_private *priv = image->priv;
	const struct su_section **list =
		su_arena_alloc(priv->arena, image->section_count * sizeof(*list));
	size_t count = 0;

	for (size_t i = 1; i < image->section_count; i++) {
		if (in_memory(&image->sections[i]))
			list[count++] = &image->sections[i];
	}
	if (count)
		qsort(list, count, sizeof(*list), compare_sections);
	for (size_t i = 1; i < count; i++) {
		if (list[i]->vaddr - list[i - 1]->vaddr < list[i - 1]->size)
			return su_err_new(SU_E_FORMAT, "the sections %s and %s overlap",
					  list[i - 1]->name, list[i]->name);
	}
	priv->by_vaddr = list;
	priv->by_vaddr_count = count;
	return NULL;
}

/* What a section header gives for an address must be what the loader maps there. */
static struct su_err *check_section_bytes(const struct su_image *image)
{
	for (size_t i = 0; i < image->priv->by_vaddr_count; i++) {
		const struct su_section *section = image->priv->by_vaddr[i];

		if (section->type == SHT_NOBITS && (section->flags & SHF_EXECINSTR))
			return su_refuse(SU_WHY_DEBUG_FILE);
		if (section->type != SHT_NOBITS &&
		    su_image_bytes(image, section->vaddr, section->size) != section->data)
			return su_err_new(SU_E_FORMAT, "section %s is not what its segment loads",
					  section->name);
	}
	return NULL;
}

static const char *name_of(struct su_arena *arena, const char *path)
{
	SU_FREE char *real = su_elf_real_path(path);
	const char *slash = strrchr(real, '/');

	return su_arena_strdup(arena, slash ? slash + 1 : real);
}

static struct su_err *open_object(struct su_image *image, const char *path)
{
	struct su_image_private *priv = image->priv;
	struct su_elf_file *object;

	SU_TRY(su_elf_file_open(priv->arena, path, &object));
	priv->object = object;
	if (object->header.e_type != ET_EXEC && object->header.e_type != ET_DYN)
		return su_refuse(SU_WHY_NOT_LINKED);
	SU_TRY(su_elf_file_read_segments(priv->arena, object));
	struct su_build_id id;
	if (!su_elf_file_build_id(object, &id))
		return su_refuse(SU_WHY_NO_BUILD_ID);
	memcpy(image->build_id, id.bytes, id.size);
	image->build_id_size = id.size;
	image->build_id_text = su_build_id_text(priv->arena, &id);
	image->path = object->path;
	image->name = name_of(priv->arena, path);
	image->type = object->header.e_type;
	image->entry = object->header.e_entry;
	image->sections = object->sections;
	image->section_count = object->section_count;
	image->segments = object->segments;
	image->segment_count = object->segment_count;
	image->elf = object->elf;
	for (size_t i = 0; i < image->segment_count && !image->tls; i++) {
		if (image->segments[i].type == PT_TLS)
			image->tls = &image->segments[i];
	}
	return NULL;
}

static struct su_err *open_debug_file(struct su_image *image, const char *const *dirs,
				      size_t dir_count)
{
	struct su_image_private *priv = image->priv;
	bool has_dwarf = su_elf_file_has_dwarf(priv->object);
	struct su_lookup lookup;

	su_lookup_init(&lookup, priv->arena, dirs, dir_count);
	image->debug_tried = "";
	if (!has_dwarf || !su_elf_file_section_of_type(priv->object, SHT_SYMTAB))
		SU_TRY(su_image_find_debug_file(image, &lookup));
	if (has_dwarf)
		image->dwarf_elf = image->elf;
	else if (priv->debug && su_elf_file_has_dwarf(priv->debug))
		image->dwarf_elf = priv->debug->elf;
	if (image->dwarf_elf)
		su_image_find_alternate(image, has_dwarf ? priv->object : priv->debug, &lookup);
	return NULL;
}

static struct su_err *open_image(struct su_image *image, const char *path, const char *const *dirs,
				 size_t dir_count)
{
	SU_TRY(open_object(image, path));
	SU_TRY(index_sections(image));
	SU_TRY(check_section_bytes(image));
	SU_TRY(open_debug_file(image, dirs, dir_count));
	SU_TRY(su_image_read_dynsyms(image));
	SU_TRY(su_image_read_symbols(image));
	su_image_index_symbols(image);
	SU_TRY(su_image_read_relocs(image));
	SU_TRY(su_image_read_dynamic(image));
	return su_image_read_imports(image);
}

struct su_err *su_image_open(const char *path, const char *const *debug_dirs,
			     size_t debug_dir_count, struct su_image **ret)
{
	struct su_image *image = su_alloc(sizeof(*image));

	image->priv = su_alloc(sizeof(*image->priv));
	image->priv->arena = su_arena_create();
	struct su_err *err = open_image(image, path, debug_dirs, debug_dir_count);
	if (err) {
		su_image_close(image);
		return su_err_context(err, "%s", path);
	}
	*ret = image;
	return NULL;
}

void su_image_close(struct su_image *image)
{
	if (!image)
		return;
	su_elf_file_close(image->priv->object);
	su_elf_file_close(image->priv->debug);
	su_elf_file_close(image->priv->alternate);
	su_vec_deinit(&image->priv->imports);
	su_arena_destroy(image->priv->arena);
	free(image->priv);
	free(image);
}

static bool section_starts(const void *section, const void *vaddr)
{
	return (*(const struct su_section *const *)section)->vaddr <= *(const uint64_t *)vaddr;
}

const struct su_section *su_image_section_at(const struct su_image *image, uint64_t vaddr)
{
	const struct su_section **list = image->priv->by_vaddr;
	size_t after =
		su_search(list, image->priv->by_vaddr_count, sizeof(*list), &vaddr, section_starts);

	if (!after || vaddr - list[after - 1]->vaddr >= list[after - 1]->size)
		return NULL;
	return list[after - 1];
}

const struct su_section *su_image_section_named(const struct su_image *image, const char *name)
{
	return su_elf_file_section_named(image->priv->object, name);
}

const uint8_t *su_image_bytes(const struct su_image *image, uint64_t vaddr, uint64_t size)
{
	for (size_t i = 0; i < image->segment_count; i++) {
		const struct su_segment *segment = &image->segments[i];

		if (segment->type != PT_LOAD || vaddr < segment->vaddr)
			continue;
		if (su_range_fits(vaddr - segment->vaddr, size, segment->filesz))
			return image->priv->object->bytes + segment->off + (vaddr - segment->vaddr);
	}
	return NULL;
}

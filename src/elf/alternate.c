/*
 * The file that `dwz -m` moved common debugging information to: the alternate file.
 *
 * .gnu_debugaltlink holds its path, relative to the folder of the file that refers to it, and its
 * build-id.  Debian's packages have it in DIR/.dwz/ARCH/NAME.debug, where DIR is a debug directory.
 * It is looked for by that path, then in each debug directory by build-id and below .dwz, then on
 * the servers.  Only a file with the wanted build-id is taken.
 */
#include <string.h>

#include "elf/elf_private.h"

struct wanted {
	const char *path;
	struct su_build_id id;
};

static bool read_link(const struct su_elf_file *file, struct wanted *ret)
{
	const struct su_section *section = su_elf_file_section_named(file, ".gnu_debugaltlink");
	const uint8_t *nul;

	if (!section || !section->data)
		return false;
	nul = memchr(section->data, 0, section->size);
	if (!nul || nul == section->data)
		return false;
	ret->path = (const char *)section->data;
	ret->id.size = section->size - (size_t)(nul + 1 - section->data);
	if (!ret->id.size || ret->id.size > sizeof(ret->id.bytes))
		return false;
	memcpy(ret->id.bytes, nul + 1, ret->id.size);
	return true;
}

static const char *path_beside(struct su_lookup *lookup, const struct wanted *wanted,
			       const struct su_elf_file *from)
{
	const char *slash = strrchr(from->path, '/');

	if (wanted->path[0] == '/' || !slash)
		return wanted->path;
	return su_arena_format(lookup->arena, "%.*s/%s", (int)(slash - from->path), from->path,
			       wanted->path);
}

static struct su_elf_file *try_in(struct su_lookup *lookup, const struct wanted *wanted,
				  const char *dir)
{
	const char *below = strstr(wanted->path, ".dwz/"), *slash = strrchr(wanted->path, '/');
	const char *name = slash ? slash + 1 : wanted->path;
	const char *paths[] = {
		su_lookup_path_of(lookup, dir, &wanted->id),
		below && strcmp(below + strlen(".dwz/"), name) != 0
			? su_arena_format(lookup->arena, "%s/%s", dir, below)
			: NULL,
		su_arena_format(lookup->arena, "%s/.dwz/%s", dir, name),
	};
	struct su_elf_file *file = NULL;

	for (size_t i = 0; i < sizeof(paths) / sizeof(*paths) && !file; i++) {
		if (paths[i])
			file = su_lookup_try(lookup, paths[i], &wanted->id);
	}
	return file;
}

static struct su_elf_file *find(struct su_lookup *lookup, const struct wanted *wanted,
				const struct su_elf_file *from)
{
	struct su_elf_file *file =
		su_lookup_try(lookup, path_beside(lookup, wanted, from), &wanted->id);

	for (size_t i = 0; i < lookup->dir_count && !file; i++)
		file = try_in(lookup, wanted, lookup->dirs[i]);
	const char *path = file ? NULL : su_lookup_servers(lookup, &wanted->id);
	return path ? su_lookup_try(lookup, path, &wanted->id) : file;
}

void su_image_find_alternate(struct su_image *image, const struct su_elf_file *from,
			     struct su_lookup *lookup)
{
	struct wanted wanted;

	if (!read_link(from, &wanted))
		return;
	lookup->tried = "";
	image->alt_wanted = wanted.path;
	image->priv->alternate = find(lookup, &wanted, from);
	image->alt_tried = lookup->tried;
	if (!image->priv->alternate)
		return;
	image->alt_elf = image->priv->alternate->elf;
	image->alt_path = image->priv->alternate->path;
}

/*
 * The file that `dwz -m` moved common debugging information to: the alternate file.
 *
 * .gnu_debugaltlink holds its path, relative to the folder of the file that refers to it, and its
 * build-id.  Debian's packages have it in DIR/.dwz/ARCH/NAME.debug, where DIR is a debug directory.
 * It is looked for by that path, then in each debug directory by build-id and below .dwz.  Only a
 * file with the wanted build-id is taken.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "elf/elf_private.h"

#include "base/text.h"

struct wanted {
	const char *path;
	const uint8_t *build_id;
	size_t build_id_size;
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
	ret->build_id = nul + 1;
	ret->build_id_size = section->size - (size_t)(nul + 1 - section->data);
	return ret->build_id_size > 1;
}

/* Takes `path`; true when the alternate file is there. */
static bool try_path(struct su_image *image, const struct wanted *wanted, char *path)
{
	struct su_elf_file *file = NULL;
	uint8_t id[64];
	size_t size;

	if (access(path, R_OK) == 0) {
		struct su_err *err = su_elf_file_open(image->priv->arena, path, &file);

		su_err_destroy(err);
		if (!err && su_elf_file_build_id(file, id, &size) &&
		    size == wanted->build_id_size && !memcmp(id, wanted->build_id, size)) {
			image->priv->alternate = file;
			image->alt_elf = file->elf;
			image->alt_path = file->path;
		} else if (!err) {
			su_elf_file_close(file);
		}
	}
	free(path);
	return image->priv->alternate != NULL;
}

static bool try_beside(struct su_image *image, const struct wanted *wanted,
		       const struct su_elf_file *from)
{
	const char *slash = strrchr(from->path, '/');

	if (wanted->path[0] == '/' || !slash)
		return try_path(image, wanted, su_strdup(wanted->path));
	return try_path(image, wanted,
			su_format("%.*s/%s", (int)(slash - from->path), from->path, wanted->path));
}

static bool try_in(struct su_image *image, const struct wanted *wanted, const char *dir)
{
	const char *below = strstr(wanted->path, ".dwz/"), *slash = strrchr(wanted->path, '/');
	char digits[2 * 64 + 1];

	su_text_hex(wanted->build_id, wanted->build_id_size, digits);
	return try_path(image, wanted,
			su_format("%s/.build-id/%.2s/%s.debug", dir, digits, digits + 2)) ||
	       (below && try_path(image, wanted, su_format("%s/%s", dir, below))) ||
	       try_path(image, wanted,
			su_format("%s/.dwz/%s", dir, slash ? slash + 1 : wanted->path));
}

void su_image_find_alternate(struct su_image *image, const struct su_elf_file *from,
			     const char *const *dirs, size_t dir_count)
{
	struct wanted wanted;
	bool found;

	if (!read_link(from, &wanted) || wanted.build_id_size > 64)
		return;
	image->alt_wanted = wanted.path;
	found = try_beside(image, &wanted, from);
	for (size_t i = 0; i < dir_count && !found; i++)
		found = try_in(image, &wanted, dirs[i]);
	if (!found)
		try_in(image, &wanted, SU_SYSTEM_DEBUG_DIR);
}

/*
 * The separate debug file of a stripped object.
 *
 * It is looked for
 *   - by build-id: DIR/.build-id/xx/yyyy.debug in each debug directory.  A file in that place which
 *     is of another build, or broken, is an error and not passed over: it was put there for this
 *     very object, and without it the object would be judged on less than is known;
 *   - by name, which is that in .gnu_debuglink or NAME.debug: beside the object, in .debug beside it,
 *     and in each debug directory, also below the object's own path.  The build-id must be the same;
 *   - as a *stand-in*: an object of the same name in a debug directory, of another build-id, of which
 *     each loaded section is byte for byte that of the object.  A build-id counts debugging
 *     information and paths in; code and data are what its DWARF speaks of.  It is this file, or the
 *     debug file of its build-id;
 *   - on the servers of DEBUGINFOD_URLS.
 *
 * Source: gdb's manual, "Debugging Information in Separate Files".
 */
#include <string.h>
#include <unistd.h>

#include "elf/elf_private.h"

#include "base/reason.h"

#define BUILD_ID_SECTION ".note.gnu.build-id"

/* What is looked for, and where its object lies. */
struct wanted {
	const struct su_elf_file *object;
	struct su_build_id id;
	const char *folder, *name; /* of the object */
	const char *link;	   /* the debug file's name */
};

static const char *link_of(struct su_arena *arena, const struct su_elf_file *object,
			   const char *name)
{
	const struct su_section *section = su_elf_file_section_named(object, ".gnu_debuglink");
	struct su_cursor contents = section ? su_section_cursor(section) : su_cursor_init(NULL, 0);
	const char *link = su_cursor_string_at(&contents, 0);

	if (link && *link && !strchr(link, '/'))
		return link;
	return su_arena_format(arena, "%s.debug", name);
}

static struct wanted wanted_of(struct su_arena *arena, const struct su_elf_file *object)
{
	SU_FREE char *real = su_elf_real_path(object->path);
	char *path = su_arena_strdup(arena, real);
	char *slash = strrchr(path, '/');
	struct wanted wanted = { .object = object, .folder = ".", .name = path };

	if (slash) {
		*slash = 0;
		wanted.folder = path;
		wanted.name = slash + 1;
	}
	wanted.link = link_of(arena, object, wanted.name);
	return wanted;
}

static const struct su_section *twin_of(const struct su_elf_file *object,
					const struct su_section *section)
{
	for (size_t i = 1; i < object->section_count; i++) {
		const struct su_section *other = &object->sections[i];

		if ((other->flags & SHF_ALLOC) && other->vaddr == section->vaddr &&
		    other->size == section->size && strcmp(other->name, section->name) == 0)
			return other;
	}
	return NULL;
}

/* Same build-id, but moved afterwards (prelink, objcopy --change-addresses): of no use. */
static struct su_err *check_same_layout(const struct su_elf_file *object,
					const struct su_elf_file *debug)
{
	for (size_t i = 1; i < debug->section_count; i++) {
		const struct su_section *section = &debug->sections[i];

		if (!(section->flags & SHF_ALLOC) || !section->size || twin_of(object, section))
			continue;
		return su_refuse(SU_WHY_DEBUG_FILE_SECTION, section->name);
	}
	return NULL;
}

static struct su_err *check_debug_file(const struct wanted *wanted, const struct su_elf_file *file)
{
	struct su_build_id id;

	if (!su_elf_file_build_id(file, &id))
		return su_refuse(SU_WHY_DEBUG_FILE_NO_BUILD_ID);
	if (!su_build_id_equal(&id, &wanted->id))
		return su_refuse(SU_WHY_DEBUG_FILE_OTHER);
	return check_same_layout(wanted->object, file);
}

/* Opens what is at `path`, which must be the wanted file. */
static struct su_err *open_at(struct su_lookup *lookup, const struct wanted *wanted,
			      const char *path, struct su_elf_file **ret)
{
	struct su_elf_file *file;

	SU_TRY(su_err_context(su_elf_file_open(lookup->arena, path, &file), "%s", path));
	struct su_err *err = check_debug_file(wanted, file);
	if (err) {
		su_elf_file_close(file);
		return su_err_context(err, "%s", path);
	}
	*ret = file;
	return NULL;
}

static struct su_err *find_by_build_id(struct su_lookup *lookup, const struct wanted *wanted,
				       struct su_elf_file **ret)
{
	for (size_t i = 0; i < lookup->dir_count && !*ret; i++) {
		const char *path = su_lookup_path_of(lookup, lookup->dirs[i], &wanted->id);

		if (access(path, F_OK) == 0)
			SU_TRY(open_at(lookup, wanted, path, ret));
		else
			su_lookup_miss(lookup, path, "is not there");
	}
	return NULL;
}

static struct su_err *try_name(struct su_lookup *lookup, const struct wanted *wanted,
			       struct su_elf_file **ret, const char *folder, const char *below)
{
	const char *path = su_arena_format(lookup->arena, "%s%s/%s", folder, below, wanted->link);

	if (*ret || strcmp(path, wanted->object->path) == 0)
		return NULL;
	*ret = su_lookup_try(lookup, path, &wanted->id);
	return *ret ? su_err_context(check_same_layout(wanted->object, *ret), "%s", path) : NULL;
}

static struct su_err *find_by_name(struct su_lookup *lookup, const struct wanted *wanted,
				   struct su_elf_file **ret)
{
	SU_TRY(try_name(lookup, wanted, ret, wanted->folder, ""));
	SU_TRY(try_name(lookup, wanted, ret, wanted->folder, "/.debug"));
	for (size_t i = 0; i < lookup->dir_count && !*ret; i++) {
		SU_TRY(try_name(lookup, wanted, ret, lookup->dirs[i], ""));
		if (*wanted->folder == '/')
			SU_TRY(try_name(lookup, wanted, ret, lookup->dirs[i], wanted->folder));
	}
	return NULL;
}

static bool is_loaded(const struct su_section *section)
{
	return (section->flags & SHF_ALLOC) && section->size;
}

static bool is_same(const struct su_section *a, const struct su_section *b)
{
	if (a->type != b->type || a->flags != b->flags)
		return false;
	if (a->type == SHT_NOBITS || strcmp(a->name, BUILD_ID_SECTION) == 0)
		return true;
	return memcmp(a->data, b->data, a->size) == 0;
}

/* The first loaded section in which `other` differs from `object`; NULL: none does. */
static const char *difference(const struct su_elf_file *object, const struct su_elf_file *other)
{
	size_t surplus = 0;

	for (size_t i = 1; i < other->section_count; i++)
		surplus += is_loaded(&other->sections[i]);
	for (size_t i = 1; i < object->section_count; i++) {
		const struct su_section *section = &object->sections[i], *twin;

		if (!is_loaded(section))
			continue;
		twin = twin_of(other, section);
		if (!twin || !is_same(section, twin))
			return section->name;
		surplus--;
	}
	return surplus ? "one more" : NULL;
}

/* The debug file of the build `stand_in`, which may be that itself; it is taken. */
static struct su_err *debug_file_of(struct su_lookup *lookup, struct su_elf_file *stand_in,
				    struct su_elf_file **ret)
{
	if (su_elf_file_has_dwarf(stand_in)) {
		*ret = stand_in;
		return NULL;
	}
	struct wanted wanted = wanted_of(lookup->arena, stand_in);
	struct su_err *err = NULL;

	if (su_elf_file_build_id(stand_in, &wanted.id))
		err = find_by_build_id(lookup, &wanted, ret);
	if (!err && wanted.id.size && !*ret)
		err = find_by_name(lookup, &wanted, ret);
	su_elf_file_close(stand_in);
	return err;
}

static struct su_err *try_stand_in(struct su_lookup *lookup, const struct wanted *wanted,
				   const char *path, struct su_elf_file **ret)
{
	struct su_elf_file *file = NULL;

	if (access(path, F_OK) != 0) {
		su_lookup_miss(lookup, path, "is not there");
		return NULL;
	}
	SU_TRY(su_err_context(su_elf_file_open(lookup->arena, path, &file), "%s", path));
	const char *section = difference(wanted->object, file);
	if (!section)
		return debug_file_of(lookup, file, ret);
	su_lookup_miss(lookup, path,
		       su_arena_format(lookup->arena, "is another build (section %s)", section));
	su_elf_file_close(file);
	return NULL;
}

static struct su_err *find_stand_in(struct su_lookup *lookup, const struct wanted *wanted,
				    struct su_elf_file **ret, const char **ret_path)
{
	for (size_t i = 0; i < 2 * (lookup->dir_count - 1) && !*ret; i++) {
		const char *below = i % 2 ? wanted->folder : "";

		if (*below && *below != '/')
			continue;
		*ret_path = su_arena_format(lookup->arena, "%s%s/%s", lookup->dirs[i / 2], below,
					    wanted->name);
		SU_TRY(try_stand_in(lookup, wanted, *ret_path, ret));
	}
	return NULL;
}

static struct su_err *find_on_servers(struct su_lookup *lookup, const struct wanted *wanted,
				      struct su_elf_file **ret)
{
	const char *path = su_lookup_servers(lookup, &wanted->id);

	return path ? open_at(lookup, wanted, path, ret) : NULL;
}

static struct su_err *find(struct su_lookup *lookup, const struct wanted *wanted,
			   struct su_elf_file **ret, const char **ret_stand_in)
{
	const char *stand_in = NULL;

	SU_TRY(find_by_build_id(lookup, wanted, ret));
	if (!*ret)
		SU_TRY(find_by_name(lookup, wanted, ret));
	if (!*ret) {
		SU_TRY(find_stand_in(lookup, wanted, ret, &stand_in));
		*ret_stand_in = *ret ? stand_in : NULL;
	}
	if (!*ret)
		SU_TRY(find_on_servers(lookup, wanted, ret));
	return NULL;
}

struct su_err *su_image_find_debug_file(struct su_image *image, struct su_lookup *lookup)
{
	struct su_image_private *priv = image->priv;
	struct wanted wanted = wanted_of(lookup->arena, priv->object);

	su_elf_file_build_id(priv->object, &wanted.id);
	SU_TRY(find(lookup, &wanted, &priv->debug, &image->stand_in));
	image->debug_tried = lookup->tried;
	if (priv->debug)
		image->debug_path = priv->debug->path;
	return NULL;
}

/*
 * Symbol versions: from the index in .gnu.version to a name.
 *
 * Names come from .gnu.version_r (versions that are needed) and .gnu.version_d (defined ones; the
 * base definition is the object's own name and no version).  Records are linked by unsigned
 * distances, so every list moves forward and ends with the section; the number of records read is
 * bounded besides, since lists of a hostile file may share their records.
 * Source: LSB Core, "Symbol Versioning".
 */
#include "elf/elf_private.h"

struct walk {
	struct su_cursor bytes, strings;
	const char **names;
	uint64_t budget; /* records that may still be read */
};

static struct su_err *malformed_versions(const char *what)
{
	return su_err_new(SU_E_FORMAT, "the symbol versions are malformed: %s", what);
}

static struct su_err *read_record(struct walk *walk, uint64_t at, void *ret, size_t size)
{
	if (!walk->budget)
		return malformed_versions("their records overlap");
	walk->budget--;
	if (!su_cursor_seek(&walk->bytes, at) || !su_cursor_read(&walk->bytes, ret, size))
		return malformed_versions("a record is out of range");
	return NULL;
}

static struct su_err *set_name(struct walk *walk, uint16_t index, uint32_t name_off)
{
	const char *name = su_cursor_string_at(&walk->strings, name_off);

	index &= SU_VERSION_COUNT - 1;
	if (!name)
		return malformed_versions("a name is out of range");
	if (index <= VER_NDX_GLOBAL || walk->names[index])
		return malformed_versions("an index is reserved or used twice");
	walk->names[index] = name;
	return NULL;
}

static struct su_err *read_needed_versions(struct walk *walk, uint64_t at, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		Elf64_Vernaux aux = { 0 };

		SU_TRY(read_record(walk, at, &aux, sizeof(aux)));
		SU_TRY(set_name(walk, aux.vna_other, aux.vna_name));
		if (!aux.vna_next)
			break;
		at += aux.vna_next;
	}
	return NULL;
}

static struct su_err *read_needed(struct walk *walk, uint32_t count)
{
	uint64_t at = 0;

	for (uint32_t i = 0; i < count; i++) {
		Elf64_Verneed need = { 0 };

		SU_TRY(read_record(walk, at, &need, sizeof(need)));
		SU_TRY(read_needed_versions(walk, at + need.vn_aux, need.vn_cnt));
		if (!need.vn_next)
			break;
		at += need.vn_next;
	}
	return NULL;
}

static struct su_err *read_defined(struct walk *walk, uint32_t count)
{
	uint64_t at = 0;

	for (uint32_t i = 0; i < count; i++) {
		Elf64_Verdef def = { 0 };
		Elf64_Verdaux aux = { 0 };

		SU_TRY(read_record(walk, at, &def, sizeof(def)));
		if (!(def.vd_flags & VER_FLG_BASE)) {
			SU_TRY(read_record(walk, at + def.vd_aux, &aux, sizeof(aux)));
			SU_TRY(set_name(walk, def.vd_ndx, aux.vda_name));
		}
		if (!def.vd_next)
			break;
		at += def.vd_next;
	}
	return NULL;
}

static struct su_err *read_all(const struct su_elf_file *file, const char **names)
{
	const struct su_section *needed = su_elf_file_section_of_type(file, SHT_GNU_verneed);
	const struct su_section *defined = su_elf_file_section_of_type(file, SHT_GNU_verdef);
	struct walk walk = { .names = names };

	if (needed) {
		walk.bytes = su_section_cursor(needed);
		walk.strings = su_elf_file_strings_of(file, needed);
		walk.budget = needed->size / sizeof(Elf64_Vernaux);
		SU_TRY(read_needed(&walk, file->infos[su_elf_file_index(file, needed)]));
	}
	if (defined) {
		walk.bytes = su_section_cursor(defined);
		walk.strings = su_elf_file_strings_of(file, defined);
		walk.budget = defined->size / sizeof(Elf64_Verdaux);
		SU_TRY(read_defined(&walk, file->infos[su_elf_file_index(file, defined)]));
	}
	return NULL;
}

struct su_err *su_elf_file_versions(const struct su_elf_file *file, const char ***ret)
{
	const char **names = su_alloc(SU_VERSION_COUNT * sizeof(*names));
	struct su_err *err = read_all(file, names);

	if (err) {
		free(names);
		return err;
	}
	*ret = names;
	return NULL;
}

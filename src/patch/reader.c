/*
 * Reading an upgrade patch: see reader.h for the contract and format.h for the file.
 *
 * The bytes are trusted for nothing.  First the ELF frame is opened and the hash compared, then
 * each section becomes a table of whole records, then each record is checked against the others.
 * Everything that a table says about addresses is compared by subtraction from a bound that has
 * been checked before, so no sum can overflow.
 *
 * Invariant: when su_patch_parse() succeeds, apply may follow every index, string, address and
 * range in the tables without looking again.
 */
#include "patch/patch_private.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/input.h"

#define PAGE 4096u
#define MAX_SPAN ((uint64_t)1 << 30) /* rel32 must reach across image and patch */
#define MAX_IMAGE ((uint64_t)1 << 31)

/* docs/patch-format.md has these sizes; a change of one is another version of the format. */
_Static_assert(sizeof(struct su_patch_head) == 192, "format");
_Static_assert(sizeof(struct su_patch_function) == 64, "format");
_Static_assert(sizeof(struct su_patch_range) == 72, "format");
_Static_assert(sizeof(struct su_patch_jump) == 32, "format");
_Static_assert(sizeof(struct su_patch_checkpoint) == 64, "format");
_Static_assert(sizeof(struct su_patch_value) == 40, "format");
_Static_assert(sizeof(struct su_patch_missing) == 32, "format");
_Static_assert(sizeof(struct su_patch_assertion) == 16, "format");
_Static_assert(sizeof(struct su_patch_judgement) == 12, "format");
_Static_assert(sizeof(struct su_patch_variable) == 32, "format");
_Static_assert(sizeof(struct su_patch_reloc) == 48, "format");
_Static_assert(sizeof(struct su_patch_import) == 24, "format");
_Static_assert(sizeof(struct su_patch_field) == 24, "format");
_Static_assert(sizeof(struct su_patch_moved) == 72, "format");
_Static_assert(sizeof(struct su_patch_step) == 40, "format");
_Static_assert(sizeof(struct su_patch_map) == 32, "format");

struct su_err *su_patch_bad(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	SU_FREE char *what = su_vformat(fmt, args);
	va_end(args);
	return su_err_new(SU_E_FORMAT, "the patch is malformed: %s", what);
}

/* ---- the ELF frame ---- */

static struct su_err *check_hash(const struct su_patch *patch)
{
	uint8_t hash[SU_PATCH_HASH_SIZE];
	size_t hashed = patch->size - sizeof(hash);

	if (sodium_init() < 0)
		return su_err_new(SU_E_INTERNAL, "libsodium does not start");
	crypto_generichash(hash, sizeof(hash), patch->bytes, hashed, NULL, 0);
	if (memcmp(hash, patch->bytes + hashed, sizeof(hash)) != 0)
		return su_err_new(SU_E_FORMAT, "the patch is damaged: its hash does not match");
	return NULL;
}

static struct su_err *check_elf_header(const struct su_patch *patch)
{
	static const uint8_t ident[] = { ELFMAG0,    ELFMAG1,	  ELFMAG2,   ELFMAG3,
					 ELFCLASS64, ELFDATA2LSB, EV_CURRENT };
	const Elf64_Ehdr *head = (const Elf64_Ehdr *)patch->bytes;

	if (patch->size < sizeof(*head) + SU_PATCH_HASH_SIZE)
		return su_err_new(SU_E_FORMAT, "not an upgrade patch: too short");
	if (memcmp(head->e_ident, ident, sizeof(ident)) != 0 || head->e_type != ET_DYN ||
	    head->e_machine != EM_X86_64 || head->e_version != EV_CURRENT)
		return su_err_new(SU_E_FORMAT, "not an upgrade patch: not an x86-64 ELF file");
	if (head->e_ehsize != sizeof(Elf64_Ehdr) || head->e_phentsize != sizeof(Elf64_Phdr) ||
	    head->e_shentsize != sizeof(Elf64_Shdr))
		return su_patch_bad("unusual ELF header sizes");
	if (head->e_phoff % 8 || head->e_shoff % 8 ||
	    !su_patch_within(head->e_phoff, (uint64_t)head->e_phnum * sizeof(Elf64_Phdr), 0,
			     patch->size) ||
	    !su_patch_within(head->e_shoff, (uint64_t)head->e_shnum * sizeof(Elf64_Shdr), 0,
			     patch->size))
		return su_patch_bad("ELF headers lie outside of the file");
	return NULL;
}

static struct su_err *read_sections(struct su_patch *patch)
{
	const Elf64_Ehdr *head = (const Elf64_Ehdr *)patch->bytes;
	struct su_patch_private *priv = patch->priv;

	priv->sections = (const Elf64_Shdr *)(patch->bytes + head->e_shoff);
	priv->section_count = head->e_shnum;
	for (size_t i = 0; i < priv->section_count; i++) {
		const Elf64_Shdr *section = &priv->sections[i];

		if (section->sh_type != SHT_NOBITS &&
		    !su_patch_within(section->sh_offset, section->sh_size, 0, patch->size))
			return su_patch_bad("section %zu lies outside of the file", i);
	}
	if (head->e_shstrndx >= priv->section_count)
		return su_patch_bad("no section names");

	const Elf64_Shdr *names = &priv->sections[head->e_shstrndx];
	if (names->sh_type != SHT_STRTAB || !names->sh_size ||
	    patch->bytes[names->sh_offset + names->sh_size - 1] != 0)
		return su_patch_bad("section names are not terminated");
	priv->names = (const char *)patch->bytes + names->sh_offset;
	priv->names_size = names->sh_size;
	for (size_t i = 0; i < priv->section_count; i++) {
		if (priv->sections[i].sh_name >= priv->names_size)
			return su_patch_bad("section %zu has no name", i);
	}
	return NULL;
}

/* The only section of that name; NULL with no error when there is none and it is not `required`. */
static struct su_err *find_section(const struct su_patch *patch, const char *name, bool required,
				   const Elf64_Shdr **ret)
{
	const struct su_patch_private *priv = patch->priv;
	const Elf64_Shdr *found = NULL;

	for (size_t i = 1; i < priv->section_count; i++) {
		if (strcmp(priv->names + priv->sections[i].sh_name, name) != 0)
			continue;
		if (found)
			return su_patch_bad("section %s occurs twice", name);
		found = &priv->sections[i];
		if (found->sh_type != SHT_PROGBITS)
			return su_patch_bad("section %s has an unusual type", name);
	}
	if (!found && required)
		return su_err_new(SU_E_FORMAT, "not an upgrade patch: it has no section %s", name);
	*ret = found;
	return NULL;
}

static struct su_err *check_hash_section(const struct su_patch *patch)
{
	const Elf64_Shdr *section = NULL;

	SU_TRY(find_section(patch, SU_SECTION_HASH, true, &section));
	if (!section || section->sh_size != SU_PATCH_HASH_SIZE ||
	    section->sh_offset != patch->size - SU_PATCH_HASH_SIZE)
		return su_patch_bad("section %s is not at the end", SU_SECTION_HASH);
	return NULL;
}

/* ---- sections as tables ---- */

/* Leaves both as they are when there is no such section and it is not `required`. */
static struct su_err *read_table(const struct su_patch *patch, const char *name, bool required,
				 size_t record, const void **ret, size_t *ret_count)
{
	const Elf64_Shdr *section;

	SU_TRY(find_section(patch, name, required, &section));
	if (!section)
		return NULL;
	if (section->sh_offset % 8)
		return su_patch_bad("section %s is not aligned", name);
	if (section->sh_size % record)
		return su_patch_bad("section %s does not hold whole records", name);
	*ret = patch->bytes + section->sh_offset;
	*ret_count = section->sh_size / record;
	return NULL;
}

static struct su_err *read_strings(struct su_patch *patch)
{
	struct su_patch_private *priv = patch->priv;
	const void *strings = NULL;

	SU_TRY(read_table(patch, SU_SECTION_STRINGS, true, 1, &strings, &priv->strings_size));
	priv->strings = strings;
	if (!priv->strings_size || priv->strings_size > UINT32_MAX || priv->strings[0] ||
	    priv->strings[priv->strings_size - 1])
		return su_patch_bad("strings are not terminated");
	return NULL;
}

/* Tables that came to the format later than others need not be there. */
static bool is_required(const char *name)
{
	return strcmp(name, SU_SECTION_ASSERTIONS) != 0 && strcmp(name, SU_SECTION_JUDGEMENTS) != 0;
}

#define READ_TABLE(patch, name, field, count)                                                      \
	SU_TRY(read_table(patch, name, is_required(name), sizeof(*(patch)->field),                 \
			  (const void **)&(patch)->field, &(patch)->count))

static struct su_err *read_tables(struct su_patch *patch)
{
	size_t heads = 0;

	SU_TRY(read_table(patch, SU_SECTION_HEAD, true, sizeof(*patch->head),
			  (const void **)&patch->head, &heads));
	if (heads != 1)
		return su_patch_bad("section %s does not hold one record", SU_SECTION_HEAD);
	if (memcmp(patch->head->magic, SU_PATCH_MAGIC, sizeof(patch->head->magic)) != 0)
		return su_err_new(SU_E_FORMAT, "not an upgrade patch: wrong magic");
	if (patch->head->version != SU_PATCH_VERSION)
		return su_err_new(SU_E_FORMAT,
				  "the patch has format version %" PRIu32
				  ", this build reads version %d",
				  patch->head->version, SU_PATCH_VERSION);
	SU_TRY(read_strings(patch));
	READ_TABLE(patch, SU_SECTION_FUNCTIONS, functions, function_count);
	READ_TABLE(patch, SU_SECTION_RANGES, ranges, range_count);
	READ_TABLE(patch, SU_SECTION_JUMPS, jumps, jump_count);
	READ_TABLE(patch, SU_SECTION_CHECKPOINTS, checkpoints, checkpoint_count);
	READ_TABLE(patch, SU_SECTION_VALUES, values, value_count);
	READ_TABLE(patch, SU_SECTION_MISSING, missing, missing_count);
	READ_TABLE(patch, SU_SECTION_ASSERTIONS, assertions, assertion_count);
	READ_TABLE(patch, SU_SECTION_JUDGEMENTS, judgements, judgement_count);
	READ_TABLE(patch, SU_SECTION_VARIABLES, variables, variable_count);
	READ_TABLE(patch, SU_SECTION_RELOCS, relocs, reloc_count);
	READ_TABLE(patch, SU_SECTION_IMPORTS, imports, import_count);
	READ_TABLE(patch, SU_SECTION_FIELDS, fields, field_count);
	READ_TABLE(patch, SU_SECTION_MATCHES, matches, match_count);
	READ_TABLE(patch, SU_SECTION_WORDS, words, word_count);
	READ_TABLE(patch, SU_SECTION_MOVED, moved, moved_count);
	READ_TABLE(patch, SU_SECTION_STEPS, steps, step_count);
	READ_TABLE(patch, SU_SECTION_MAP, map, map_count);
	return NULL;
}

/* ---- segments ---- */

static struct su_err *check_segment(const struct su_patch *patch, const Elf64_Phdr *phdr)
{
	uint32_t flags = phdr->p_flags;

	if (!su_patch_within(phdr->p_offset, phdr->p_filesz, 0, patch->size) ||
	    phdr->p_filesz > phdr->p_memsz || !phdr->p_memsz)
		return su_patch_bad("the segment at 0x%" PRIx64 " is not in the file",
				    phdr->p_vaddr);
	if (flags != PF_R && flags != (PF_R | PF_W) && flags != (PF_R | PF_X))
		return su_patch_bad("the segment at 0x%" PRIx64 " has unusual permissions",
				    phdr->p_vaddr);
	if (phdr->p_vaddr % PAGE || phdr->p_vaddr < PAGE ||
	    !su_patch_within(phdr->p_vaddr, phdr->p_memsz, 0, patch->head->span))
		return su_patch_bad("the segment at 0x%" PRIx64 " is not in the span",
				    phdr->p_vaddr);
	if (patch->segment_count) {
		const struct su_patch_segment *last = &patch->segments[patch->segment_count - 1];

		/* `last` was checked against the span, so its end and the rounding cannot wrap. */
		if (phdr->p_vaddr < ((last->vaddr + last->memsz + PAGE - 1) & -(uint64_t)PAGE))
			return su_patch_bad("segments overlap at 0x%" PRIx64, phdr->p_vaddr);
	}
	return NULL;
}

static struct su_err *read_segments(struct su_patch *patch)
{
	const Elf64_Ehdr *head = (const Elf64_Ehdr *)patch->bytes;
	const Elf64_Phdr *phdrs = (const Elf64_Phdr *)(patch->bytes + head->e_phoff);

	for (size_t i = 0; i < head->e_phnum; i++) {
		if (phdrs[i].p_type != PT_LOAD)
			continue;
		if (patch->segment_count == sizeof(patch->segments) / sizeof(*patch->segments))
			return su_patch_bad("too many segments");
		SU_TRY(check_segment(patch, &phdrs[i]));
		patch->segments[patch->segment_count++] = (struct su_patch_segment){
			.vaddr = phdrs[i].p_vaddr,
			.memsz = phdrs[i].p_memsz,
			.filesz = phdrs[i].p_filesz,
			.flags = phdrs[i].p_flags,
			.bytes = patch->bytes + phdrs[i].p_offset,
		};
	}
	return NULL;
}

static struct su_err *read_eh_frame(struct su_patch *patch)
{
	const Elf64_Shdr *section = NULL;

	SU_TRY(find_section(patch, ".eh_frame", false, &section));
	if (!section)
		return NULL;
	if (section->sh_addr >= MAX_ADDRESS)
		return su_patch_bad("impossible address of .eh_frame");
	patch->eh_frame = patch->bytes + section->sh_offset;
	patch->eh_frame_vaddr = section->sh_addr;
	patch->eh_frame_size = section->sh_size;
	return NULL;
}

/* ---- where things are ---- */

const struct su_patch_segment *su_patch_filled(const struct su_patch *patch, uint64_t vaddr,
					       uint64_t size)
{
	for (size_t i = 0; i < patch->segment_count; i++) {
		const struct su_patch_segment *segment = &patch->segments[i];

		if (su_patch_within(vaddr, size, segment->vaddr, segment->filesz))
			return segment;
	}
	return NULL;
}

bool su_patch_in_text(const struct su_patch *patch, uint64_t vaddr, uint64_t size)
{
	const struct su_patch_segment *segment = su_patch_filled(patch, vaddr, size);

	return segment && (segment->flags & PF_X);
}

bool su_patch_in_image(const struct su_patch *patch, uint64_t vaddr, uint64_t size)
{
	return su_patch_within(vaddr, size, patch->head->image_low,
			       patch->head->image_high - patch->head->image_low);
}

bool su_patch_is_code(const struct su_patch *patch, unsigned space, uint64_t vaddr, uint64_t size)
{
	return space == SU_SPACE_IMAGE ? su_patch_in_image(patch, vaddr, size)
				       : su_patch_in_text(patch, vaddr, size);
}

bool su_patch_is_zero(const uint8_t *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		if (bytes[i])
			return false;
	}
	return true;
}

bool su_patch_is_string(const struct su_patch *patch, uint32_t offset)
{
	return offset < patch->priv->strings_size;
}

/* ---- opening ---- */

static struct su_err *check_head(const struct su_patch *patch)
{
	const struct su_patch_head *head = patch->head;

	if (!su_patch_is_string(patch, head->image_name))
		return su_patch_bad("no image name");
	if (!head->old_build_id_size || head->old_build_id_size > sizeof(head->old_build_id) ||
	    !head->new_build_id_size || head->new_build_id_size > sizeof(head->new_build_id))
		return su_patch_bad("impossible size of a build-id");
	if (head->image_low % PAGE || head->image_high % PAGE ||
	    head->image_low >= head->image_high || head->image_high > MAX_ADDRESS ||
	    head->image_high - head->image_low > MAX_IMAGE)
		return su_patch_bad("impossible bounds of the image");
	if (!head->note_size || !su_patch_in_image(patch, head->note_vaddr, head->note_size))
		return su_patch_bad("the build-id note is not in the image");
	if (head->note_size > PAGE || head->note_size < head->old_build_id_size)
		return su_patch_bad("impossible size of the build-id note");
	if (head->span % PAGE || head->span < PAGE || head->span > MAX_SPAN)
		return su_patch_bad("impossible span");
	return NULL;
}

static struct su_err *parse_patch(struct su_patch *patch)
{
	SU_TRY(check_elf_header(patch));
	SU_TRY(read_sections(patch));
	SU_TRY(check_hash_section(patch));
	SU_TRY(check_hash(patch));
	SU_TRY(read_tables(patch));
	SU_TRY(check_head(patch));
	SU_TRY(read_segments(patch));
	SU_TRY(read_eh_frame(patch));
	return su_patch_check_records(patch);
}

struct su_err *su_patch_parse(uint8_t *bytes, size_t size, const char *origin,
			      struct su_patch **ret)
{
	struct su_patch *patch = su_alloc(sizeof(*patch));

	su_assert(bytes);
	patch->priv = su_alloc(sizeof(*patch->priv));
	patch->priv->bytes = bytes;
	patch->bytes = bytes;
	patch->size = size;
	struct su_err *err = parse_patch(patch);
	if (err) {
		su_patch_close(patch);
		return su_err_context(err, "%s", origin);
	}
	*ret = patch;
	return NULL;
}

struct su_err *su_patch_open(const char *path, struct su_patch **ret)
{
	struct su_input input;

	SU_TRY(su_input_read(path, SU_PATCH_MOST, &input));
	return su_patch_parse(input.bytes, input.size, path, ret);
}

void su_patch_close(struct su_patch *patch)
{
	if (!patch)
		return;
	free(patch->priv->ranges[SU_FORWARD]);
	free(patch->priv->ranges[SU_REVERSE]);
	free(patch->priv->bytes);
	free(patch->priv);
	free(patch);
}

const char *su_patch_string(const struct su_patch *patch, uint32_t offset)
{
	return patch->priv->strings + offset;
}

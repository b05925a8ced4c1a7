/*
 * Writing an upgrade patch: see writer.h, and format.h for the file.
 *
 * The file is built front to back in one buffer: ELF header, program headers, the loadable
 * contents at page-aligned offsets, symbols, the tables, section headers, and last the hash over
 * everything before it.  The section header table stands before the hash so that no byte of the
 * file is left unhashed.
 *
 * Source: System V gABI, ELF-64.
 */
#include "patch/writer.h"

#include <elf.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/map.h"

#define PAGE 4096u
#define MAX_LOADS 3

struct file {
	SU_VEC(uint8_t) out;
	SU_VEC(Elf64_Shdr) sections;
	SU_VEC(char) names;
	SU_VEC(char) symbol_names;
	Elf64_Phdr loads[MAX_LOADS + 1];
	size_t load_count;
};

void su_patch_draft_init(struct su_patch_draft *draft)
{
	memset(draft, 0, sizeof(*draft));
	su_vec_push(&draft->strings, '\0');
	draft->string_map = su_map_create();
	draft->string_arena = su_arena_create();
}

void su_patch_draft_deinit(struct su_patch_draft *draft)
{
	su_map_destroy(draft->string_map);
	su_arena_destroy(draft->string_arena);
	su_vec_deinit(&draft->strings);
	su_vec_deinit(&draft->functions);
	su_vec_deinit(&draft->ranges);
	su_vec_deinit(&draft->jumps);
	su_vec_deinit(&draft->checkpoints);
	su_vec_deinit(&draft->values);
	su_vec_deinit(&draft->missing);
	su_vec_deinit(&draft->assertions);
	su_vec_deinit(&draft->judgements);
	su_vec_deinit(&draft->variables);
	su_vec_deinit(&draft->relocs);
	su_vec_deinit(&draft->imports);
	su_vec_deinit(&draft->fields);
	su_vec_deinit(&draft->matches);
	su_vec_deinit(&draft->words);
	su_vec_deinit(&draft->moved);
	su_vec_deinit(&draft->steps);
	su_vec_deinit(&draft->map);
	su_vec_deinit(&draft->symbols);
	su_vec_deinit(&draft->text);
	su_vec_deinit(&draft->rodata);
	su_vec_deinit(&draft->data);
	su_vec_deinit(&draft->eh_frame);
	su_vec_deinit(&draft->debug_abbrev);
	su_vec_deinit(&draft->debug_info);
	su_vec_deinit(&draft->debug_line);
	memset(draft, 0, sizeof(*draft));
}

uint32_t su_patch_draft_string(struct su_patch_draft *draft, const char *text)
{
	if (!text || !*text)
		return 0;
	void *known = su_map_get_str(draft->string_map, text);
	if (known)
		return (uint32_t)(uintptr_t)known;

	uint32_t offset = (uint32_t)draft->strings.len;
	for (const char *p = text; *p; p++)
		su_vec_push(&draft->strings, *p);
	su_vec_push(&draft->strings, '\0');
	su_assert(draft->strings.len < UINT32_MAX);
	su_map_put_str(draft->string_map, su_arena_strdup(draft->string_arena, text),
		       (void *)(uintptr_t)offset);
	return offset;
}

/* ---- order ---- */

static int compare_u64(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

static int compare_jumps(const void *a, const void *b)
{
	const struct su_patch_jump *x = a, *y = b;

	return x->direction != y->direction ? x->direction - y->direction
					    : compare_u64(x->at, y->at);
}

static int compare_checkpoints(const void *a, const void *b)
{
	const struct su_patch_checkpoint *x = a, *y = b;

	return x->direction != y->direction ? x->direction - y->direction
					    : compare_u64(x->from, y->from);
}

static int compare_relocs(const void *a, const void *b)
{
	const struct su_patch_reloc *x = a, *y = b;

	return compare_u64(x->at, y->at);
}

static int compare_words(const void *a, const void *b)
{
	const struct su_patch_word *x = a, *y = b;

	return compare_u64(x->at, y->at);
}

static int compare_moved(const void *a, const void *b)
{
	const struct su_patch_moved *x = a, *y = b;

	return compare_u64(x->at, y->at);
}

static int compare_map(const void *a, const void *b)
{
	const struct su_patch_map *x = a, *y = b;

	return x->kind != y->kind ? compare_u64(x->kind, y->kind) : compare_u64(x->vaddr, y->vaddr);
}

static int compare_symbols(const void *a, const void *b)
{
	const struct su_patch_symbol *x = a, *y = b;
	int order = compare_u64(x->vaddr, y->vaddr);

	return order ? order : strcmp(x->name, y->name);
}

#define SORT(vec, compare)                                                                         \
	((vec).len ? qsort((vec).at, (vec).len, sizeof(*(vec).at), (compare)) : (void)0)

/* ---- the file's buffer ---- */

static void append_bytes(struct file *file, const void *bytes, size_t size)
{
	while (file->out.cap - file->out.len < size)
		file->out.at = su_vec_grow(file->out.at, file->out.cap, &file->out.cap, 1);
	if (size)
		memcpy(file->out.at + file->out.len, bytes, size);
	file->out.len += size;
}

static void pad_file(struct file *file, size_t align)
{
	while (file->out.len % align)
		su_vec_push(&file->out, 0);
}

static uint32_t name_section(struct file *file, const char *name)
{
	uint32_t offset = (uint32_t)file->names.len;

	for (const char *p = name; *p; p++)
		su_vec_push(&file->names, *p);
	su_vec_push(&file->names, '\0');
	return offset;
}

/* Appends a section's bytes and its header; the header is valid until the next section. */
static Elf64_Shdr *add_section(struct file *file, const char *name, uint32_t type,
			       const void *bytes, size_t size, size_t align)
{
	pad_file(file, align);
	su_vec_push(&file->sections, (Elf64_Shdr){
					     .sh_name = name_section(file, name),
					     .sh_type = type,
					     .sh_offset = file->out.len,
					     .sh_size = size,
					     .sh_addralign = align,
				     });
	if (type != SHT_NOBITS)
		append_bytes(file, bytes, size);
	return &file->sections.at[file->sections.len - 1];
}

/* ---- loadable contents ---- */

static void add_load(struct file *file, uint64_t vaddr, uint64_t filesz, uint64_t memsz,
		     uint32_t flags)
{
	file->loads[file->load_count++] = (Elf64_Phdr){
		.p_type = PT_LOAD,
		.p_flags = flags,
		.p_offset = file->out.len - filesz,
		.p_vaddr = vaddr,
		.p_paddr = vaddr,
		.p_filesz = filesz,
		.p_memsz = memsz,
		.p_align = PAGE,
	};
}

static void add_contents(struct file *file, const char *name, uint64_t vaddr, const uint8_t *bytes,
			 size_t size, uint64_t section_flags)
{
	Elf64_Shdr *section = add_section(file, name, SHT_PROGBITS, bytes, size, PAGE);

	section->sh_addr = vaddr;
	section->sh_flags = SHF_ALLOC | section_flags;
}

static void add_data(struct file *file, const struct su_patch_draft *draft)
{
	uint64_t end = draft->data_vaddr + draft->data.len;

	if (!draft->data.len && !draft->bss_size)
		return;
	if (draft->data.len)
		add_contents(file, ".data", draft->data_vaddr, draft->data.at, draft->data.len,
			     SHF_WRITE);
	else
		pad_file(file, PAGE);
	add_load(file, draft->data_vaddr, draft->data.len, draft->data.len + draft->bss_size,
		 PF_R | PF_W);
	if (draft->bss_size) {
		Elf64_Shdr *bss = add_section(file, ".bss", SHT_NOBITS, NULL, draft->bss_size, 1);

		bss->sh_addr = end;
		bss->sh_flags = SHF_ALLOC | SHF_WRITE;
	}
}

static void add_loadable(struct file *file, const struct su_patch_draft *draft)
{
	if (draft->text.len) {
		add_contents(file, ".text", draft->text_vaddr, draft->text.at, draft->text.len,
			     SHF_EXECINSTR);
		add_load(file, draft->text_vaddr, draft->text.len, draft->text.len, PF_R | PF_X);
	}
	if (draft->rodata.len) {
		add_contents(file, ".rodata", draft->rodata_vaddr, draft->rodata.at,
			     draft->rodata.len, 0);
		add_load(file, draft->rodata_vaddr, draft->rodata.len, draft->rodata.len, PF_R);
	}
	add_data(file, draft);
	if (draft->eh_frame.len) {
		Elf64_Shdr *section = add_section(file, ".eh_frame", SHT_PROGBITS,
						  draft->eh_frame.at, draft->eh_frame.len, 8);

		section->sh_addr = draft->eh_frame_vaddr;
		if (draft->eh_frame_vaddr + draft->eh_frame.len <= draft->head.span)
			section->sh_flags = SHF_ALLOC;
	}
}

/* ---- symbols ---- */

static uint16_t section_of(const struct file *file, uint64_t vaddr)
{
	for (size_t i = 1; i < file->sections.len; i++) {
		const Elf64_Shdr *section = &file->sections.at[i];

		if ((section->sh_flags & SHF_ALLOC) && vaddr >= section->sh_addr &&
		    vaddr - section->sh_addr < section->sh_size)
			return (uint16_t)i;
	}
	return SHN_ABS;
}

static Elf64_Sym encode_symbol(struct file *file, const struct su_patch_symbol *symbol)
{
	Elf64_Sym ret = {
		.st_name = (uint32_t)file->symbol_names.len,
		.st_info = ELF64_ST_INFO(STB_LOCAL, symbol->is_function ? STT_FUNC : STT_OBJECT),
		.st_shndx = section_of(file, symbol->vaddr),
		.st_value = symbol->vaddr,
		.st_size = symbol->size,
	};

	for (const char *p = symbol->name; *p; p++)
		su_vec_push(&file->symbol_names, *p);
	su_vec_push(&file->symbol_names, '\0');
	return ret;
}

static void add_symbols(struct file *file, const struct su_patch_draft *draft)
{
	SU_VEC(Elf64_Sym) symbols = { 0 };

	su_vec_push(&file->symbol_names, '\0');
	su_vec_push(&symbols, (Elf64_Sym){ 0 });
	for (size_t i = 0; i < draft->symbols.len; i++)
		su_vec_push(&symbols, encode_symbol(file, &draft->symbols.at[i]));

	uint32_t index = (uint32_t)file->sections.len;
	Elf64_Shdr *section = add_section(file, ".symtab", SHT_SYMTAB, symbols.at,
					  symbols.len * sizeof(Elf64_Sym), 8);
	section->sh_link = index + 1;
	section->sh_info = (uint32_t)symbols.len; /* all are local */
	section->sh_entsize = sizeof(Elf64_Sym);
	add_section(file, ".strtab", SHT_STRTAB, file->symbol_names.at, file->symbol_names.len, 1);
	su_vec_deinit(&symbols);
}

static void add_debug(struct file *file, const char *name, const uint8_t *bytes, size_t size)
{
	if (size)
		add_section(file, name, SHT_PROGBITS, bytes, size, 1);
}

/* ---- tables ---- */

#define ADD_TABLE(file, name, vec)                                                                 \
	add_section(file, name, SHT_PROGBITS, (vec).at, (vec).len * sizeof(*(vec).at), 8)

static void add_tables(struct file *file, const struct su_patch_draft *draft)
{
	add_section(file, SU_SECTION_HEAD, SHT_PROGBITS, &draft->head, sizeof(draft->head), 8);
	ADD_TABLE(file, SU_SECTION_STRINGS, draft->strings);
	ADD_TABLE(file, SU_SECTION_FUNCTIONS, draft->functions);
	ADD_TABLE(file, SU_SECTION_RANGES, draft->ranges);
	ADD_TABLE(file, SU_SECTION_JUMPS, draft->jumps);
	ADD_TABLE(file, SU_SECTION_CHECKPOINTS, draft->checkpoints);
	ADD_TABLE(file, SU_SECTION_VALUES, draft->values);
	ADD_TABLE(file, SU_SECTION_MISSING, draft->missing);
	ADD_TABLE(file, SU_SECTION_ASSERTIONS, draft->assertions);
	ADD_TABLE(file, SU_SECTION_JUDGEMENTS, draft->judgements);
	ADD_TABLE(file, SU_SECTION_VARIABLES, draft->variables);
	ADD_TABLE(file, SU_SECTION_RELOCS, draft->relocs);
	ADD_TABLE(file, SU_SECTION_IMPORTS, draft->imports);
	ADD_TABLE(file, SU_SECTION_FIELDS, draft->fields);
	ADD_TABLE(file, SU_SECTION_MATCHES, draft->matches);
	ADD_TABLE(file, SU_SECTION_WORDS, draft->words);
	ADD_TABLE(file, SU_SECTION_MOVED, draft->moved);
	ADD_TABLE(file, SU_SECTION_STEPS, draft->steps);
	ADD_TABLE(file, SU_SECTION_MAP, draft->map);
}

/* ---- the whole ---- */

static uint64_t page_up(uint64_t value)
{
	return (value + PAGE - 1) & ~(uint64_t)(PAGE - 1);
}

/* Checks that contents follow each other on page boundaries and gives the end of the last. */
static struct su_err *check_layout(const struct su_patch_draft *draft, uint64_t *ret_span)
{
	const struct {
		const char *name;
		uint64_t vaddr, size;
	} parts[] = {
		{ ".text", draft->text_vaddr, draft->text.len },
		{ ".rodata", draft->rodata_vaddr, draft->rodata.len },
		{ ".data", draft->data_vaddr, draft->data.len + draft->bss_size },
	};
	uint64_t end = PAGE;

	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++) {
		if (!parts[i].size)
			continue;
		if (parts[i].vaddr % PAGE || parts[i].vaddr < end)
			return su_err_new(SU_E_INTERNAL,
					  "%s of the patch is at 0x%" PRIx64
					  ", not on a page at or after 0x%" PRIx64,
					  parts[i].name, parts[i].vaddr, end);
		end = page_up(parts[i].vaddr + parts[i].size);
	}
	if (draft->eh_frame.len &&
	    draft->eh_frame_vaddr < draft->data_vaddr + draft->data.len + draft->bss_size)
		return su_err_new(SU_E_INTERNAL, ".eh_frame of the patch overlaps its data");
	*ret_span = end;
	return NULL;
}

static void add_section_headers(struct file *file)
{
	uint32_t names_name = name_section(file, ".shstrtab");
	uint32_t hash_name = name_section(file, SU_SECTION_HASH);
	size_t names_offset = file->out.len;

	append_bytes(file, file->names.at, file->names.len);
	su_vec_push(&file->sections, (Elf64_Shdr){ .sh_name = names_name,
						   .sh_type = SHT_STRTAB,
						   .sh_offset = names_offset,
						   .sh_size = file->names.len,
						   .sh_addralign = 1 });
	pad_file(file, 8);

	size_t table = file->out.len;
	size_t table_size = (file->sections.len + 1) * sizeof(Elf64_Shdr);

	su_vec_push(&file->sections, (Elf64_Shdr){ .sh_name = hash_name,
						   .sh_type = SHT_PROGBITS,
						   .sh_offset = table + table_size,
						   .sh_size = SU_PATCH_HASH_SIZE,
						   .sh_addralign = 1 });
	append_bytes(file, file->sections.at, table_size);

	Elf64_Ehdr head = {
		.e_ident = { ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64, ELFDATA2LSB,
			     EV_CURRENT, ELFOSABI_NONE },
		.e_type = ET_DYN,
		.e_machine = EM_X86_64,
		.e_version = EV_CURRENT,
		.e_phoff = sizeof(Elf64_Ehdr),
		.e_shoff = table,
		.e_ehsize = sizeof(Elf64_Ehdr),
		.e_phentsize = sizeof(Elf64_Phdr),
		.e_phnum = (uint16_t)file->load_count,
		.e_shentsize = sizeof(Elf64_Shdr),
		.e_shnum = (uint16_t)file->sections.len,
		.e_shstrndx = (uint16_t)(file->sections.len - 2),
	};
	memcpy(file->out.at, &head, sizeof(head));
	memcpy(file->out.at + sizeof(head), file->loads, file->load_count * sizeof(Elf64_Phdr));
}

static struct su_err *add_hash(struct file *file)
{
	uint8_t hash[SU_PATCH_HASH_SIZE];

	if (sodium_init() < 0)
		return su_err_new(SU_E_INTERNAL, "libsodium does not start");
	crypto_generichash(hash, sizeof(hash), file->out.at, file->out.len, NULL, 0);
	append_bytes(file, hash, sizeof(hash));
	return NULL;
}

struct su_err *su_patch_draft_encode(struct su_patch_draft *draft, uint8_t **ret_bytes,
				     size_t *ret_size)
{
	static const uint8_t room[sizeof(Elf64_Ehdr) + (MAX_LOADS + 1) * sizeof(Elf64_Phdr)];
	struct file file = { 0 };

	SU_TRY(check_layout(draft, &draft->head.span));
	memcpy(draft->head.magic, SU_PATCH_MAGIC, sizeof(draft->head.magic));
	draft->head.version = SU_PATCH_VERSION;
	SORT(draft->jumps, compare_jumps);
	SORT(draft->checkpoints, compare_checkpoints);
	SORT(draft->relocs, compare_relocs);
	SORT(draft->symbols, compare_symbols);
	SORT(draft->words, compare_words);
	SORT(draft->moved, compare_moved);
	SORT(draft->map, compare_map);

	append_bytes(&file, room, sizeof(room));
	su_vec_push(&file.sections, (Elf64_Shdr){ 0 });
	su_vec_push(&file.names, '\0');
	add_loadable(&file, draft);
	file.loads[file.load_count++] =
		(Elf64_Phdr){ .p_type = PT_GNU_STACK, .p_flags = PF_R | PF_W, .p_align = 16 };
	add_symbols(&file, draft);
	add_tables(&file, draft);
	add_debug(&file, ".debug_abbrev", draft->debug_abbrev.at, draft->debug_abbrev.len);
	add_debug(&file, ".debug_info", draft->debug_info.at, draft->debug_info.len);
	add_debug(&file, ".debug_line", draft->debug_line.at, draft->debug_line.len);
	add_section_headers(&file);
	struct su_err *err = add_hash(&file);

	su_vec_deinit(&file.sections);
	su_vec_deinit(&file.names);
	su_vec_deinit(&file.symbol_names);
	if (err) {
		su_vec_deinit(&file.out);
		return err;
	}
	*ret_bytes = file.out.at;
	*ret_size = file.out.len;
	return NULL;
}

/* The memory that functions are tried in: see world.h. */
#include "validate/world.h"

#include <stdlib.h>
#include <string.h>

#include "base/reason.h"

#define PAGE UINT64_C(4096)
#define IMAGE_AT UINT64_C(0x555500000000)
#define PATCH_GAP (UINT64_C(16) << 20)
#define STACK_AT UINT64_C(0x7ffc00000000)
#define STACK_SIZE (UINT64_C(1) << 20)
#define HEAP_AT UINT64_C(0x7f1000000000)
#define HEAP_SIZE (UINT64_C(256) << 10)
#define HEAP_MARGIN (UINT64_C(16) << 10)
#define IMPORTS_AT (SU_WORLD_RETURN & -PAGE)
#define IMPORT_ROOM 64u
#define MAX_IMPORTS 16384u
#define THREAD_AT (SU_WORLD_THREAD - 0x8000)
#define THREAD_SIZE UINT64_C(0x10000)
#define UNWRITTEN 0xa5 /* what a frame holds where no one has written */

uint64_t su_world_mix(uint64_t a, uint64_t b)
{
	uint64_t x = (a ^ (b * UINT64_C(0x9e3779b97f4a7c15))) + UINT64_C(0x9e3779b97f4a7c15);

	x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
	return x ^ (x >> 31);
}

uint64_t su_world_pointer(uint64_t random)
{
	return HEAP_AT + HEAP_MARGIN + (random % (HEAP_SIZE - 2 * HEAP_MARGIN) & ~UINT64_C(15));
}

uint64_t su_world_word(uint64_t random)
{
	uint64_t more = random >> 8;

	switch (random & 7) {
	case 0:
	case 1:
	case 2:
		return su_world_pointer(more);
	case 3:
		return 0;
	case 4:
		return more % 100;
	case 5:
		return more % 20 | (more >> 8) % 20 << 32;
	case 6:
		return UINT64_C(0x006c2e617a623100) + more % 26 + 'a'; /* a short text */
	default:
		return UINT64_C(0x6161206161616161) + (more % 26) * UINT64_C(0x0100000100);
	}
}

/* ---- regions ---- */

static void add_region(struct su_world *world, enum su_region_kind kind, uint64_t addr,
		       uint64_t size, int fill)
{
	struct su_region *region = &world->regions[kind];

	region->addr = addr;
	region->size = (size + PAGE - 1) & -PAGE;
	region->bytes = aligned_alloc(PAGE, region->size);
	su_assert(region->bytes);
	memset(region->bytes, fill, region->size);
}

static void fill_with_words(struct su_region *region)
{
	for (uint64_t off = 0; off < region->size; off += 8) {
		uint64_t word = su_world_word(su_world_mix(region->addr + off, 1));

		memcpy(region->bytes + off, &word, 8);
	}
}

const struct su_region *su_world_region_at(const struct su_world *world, uint64_t addr)
{
	for (int i = 0; i < SU_REGION_COUNT; i++) {
		const struct su_region *region = &world->regions[i];

		if (addr - region->addr < region->size)
			return region;
	}
	return NULL;
}

uint64_t su_world_addr(const struct su_world *world, enum su_space space, uint64_t vaddr)
{
	if (space == SU_SPACE_PATCH)
		return world->regions[SU_REGION_PATCH].addr + vaddr;
	return IMAGE_AT + vaddr;
}

static void put_bytes(struct su_world *world, uint64_t addr, const void *bytes, uint64_t size)
{
	const struct su_region *region = su_world_region_at(world, addr);

	if (region && addr - region->addr + size <= region->size)
		memcpy(region->bytes + (addr - region->addr), bytes, size);
}

/* ---- imports ---- */

static bool is_known_to_end(const char *name)
{
	static const char *const names[] = {
		"exit",		  "_exit",	"_Exit",	 "abort",
		"longjmp",	  "siglongjmp", "__assert_fail", "__stack_chk_fail",
		"__fortify_fail", "__chk_fail", "err",		 "errx",
		"verr",		  "verrx",	"pthread_exit",	 "quick_exit",
		"__longjmp_chk"
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if (strcmp(names[i], name) == 0)
			return true;
	}
	return false;
}

static uint64_t import_addr(struct su_world *world, const char *name)
{
	void *known = su_map_get_str(world->import_of, name);
	size_t number = (size_t)(uintptr_t)known;

	if (!known) {
		struct su_import_callee import = { .name = su_arena_strdup(world->arena, name) };

		import.no_return = is_known_to_end(name) ||
				   su_debug_declared_noreturn(world->old_debug, name) ||
				   su_debug_declared_noreturn(world->new_debug, name);
		su_vec_push(&world->imports, import);
		number = world->imports.len;
		su_map_put_str(world->import_of, import.name, (void *)(uintptr_t)number);
	}
	if (number >= MAX_IMPORTS)
		number = MAX_IMPORTS - 1;
	return IMPORTS_AT + PAGE + (number - 1) * IMPORT_ROOM;
}

const struct su_import_callee *su_world_import_at(const struct su_world *world, uint64_t addr)
{
	uint64_t number = (addr - IMPORTS_AT - PAGE) / IMPORT_ROOM;

	return addr >= IMPORTS_AT + PAGE && number < world->imports.len ? &world->imports.at[number]
									: NULL;
}

bool su_world_ends(const struct su_world *world, const char *name)
{
	void *known = su_map_get_str(world->import_of, name);

	return known && world->imports.at[(uintptr_t)known - 1].no_return;
}

/* ---- the image ---- */

static uint64_t symbol_addr(struct su_world *world, const struct su_dynreloc *reloc)
{
	if (!reloc->symbol)
		return 0;
	if (reloc->symbol->shndx != SHN_UNDEF)
		return IMAGE_AT + reloc->symbol->vaddr;
	return import_addr(world, reloc->symbol->name);
}

static void apply_reloc(struct su_world *world, const struct su_dynreloc *reloc)
{
	uint64_t value;

	switch (reloc->type) {
	case R_X86_64_RELATIVE:
	case R_X86_64_IRELATIVE:
		value = IMAGE_AT + (uint64_t)reloc->addend;
		break;
	case R_X86_64_GLOB_DAT:
	case R_X86_64_JUMP_SLOT:
		value = symbol_addr(world, reloc);
		break;
	case R_X86_64_64:
		value = symbol_addr(world, reloc) + (uint64_t)reloc->addend;
		break;
	case R_X86_64_COPY:
		value = su_world_pointer(su_world_mix(reloc->vaddr, 2));
		break;
	case R_X86_64_TPOFF64: /* of another module: somewhere below the thread pointer */
		value = (uint64_t) - (int64_t)(0x4000 + 64 * (reloc->vaddr % 64));
		break;
	default:
		return;
	}
	put_bytes(world, IMAGE_AT + reloc->vaddr, &value, 8);
}

static void load_image(struct su_world *world)
{
	const struct su_image *image = world->old_image;

	for (size_t i = 0; i < image->segment_count; i++) {
		const struct su_segment *segment = &image->segments[i];
		const uint8_t *bytes = su_image_bytes(image, segment->vaddr, segment->filesz);

		if (segment->type == PT_LOAD && bytes)
			put_bytes(world, IMAGE_AT + segment->vaddr, bytes, segment->filesz);
	}
	for (size_t i = 0; i < image->reloc_count; i++)
		apply_reloc(world, &image->relocs[i]);
}

/* ---- the patch ---- */

static void relocate_patch(struct su_world *world, const struct su_patch_reloc *reloc)
{
	uint64_t at = su_world_addr(world, SU_SPACE_PATCH, reloc->at);
	uint64_t value = su_world_addr(world, (enum su_space)reloc->space, reloc->target) +
			 (uint64_t)reloc->addend;

	if (reloc->type == SU_RELOC_PC32)
		value -= at;
	put_bytes(world, at, &value, reloc->type == SU_RELOC_PC32 ? 4 : 8);
}

static void load_patch(struct su_world *world)
{
	const struct su_patch *patch = world->patch;

	for (size_t i = 0; i < patch->segment_count; i++) {
		const struct su_patch_segment *segment = &patch->segments[i];

		put_bytes(world, su_world_addr(world, SU_SPACE_PATCH, segment->vaddr),
			  segment->bytes, segment->filesz);
	}
	for (size_t i = 0; i < patch->reloc_count; i++)
		relocate_patch(world, &patch->relocs[i]);
	for (size_t i = 0; i < patch->import_count; i++) {
		const struct su_patch_import *import = &patch->imports[i];
		uint64_t value = import_addr(world, su_patch_string(patch, import->name));

		put_bytes(world, su_world_addr(world, SU_SPACE_PATCH, import->slot), &value, 8);
	}
}

static void set_up_thread(struct su_world *world)
{
	uint64_t self = SU_WORLD_THREAD, canary = UINT64_C(0xc0ffee1234567800);

	put_bytes(world, self, &self, 8);
	put_bytes(world, self + 16, &self, 8);
	put_bytes(world, self + 40, &canary, 8);
}

struct su_err *su_world_create(const struct su_image *old_image, struct su_debug *old_debug,
			       struct su_debug *new_debug, const struct su_patch *patch,
			       struct su_world **ret)
{
	uint64_t image_size = patch->head->image_high, return_to = SU_WORLD_RETURN;
	struct su_world *world;

	if (image_size > UINT64_C(1) << 30)
		return su_refuse(SU_WHY_TOO_LARGE_TO_TRY, old_image->path);
	world = su_alloc(sizeof(*world));
	world->arena = su_arena_create();
	world->import_of = su_map_create();
	world->old_image = old_image;
	world->old_debug = old_debug;
	world->new_debug = new_debug;
	world->patch = patch;
	add_region(world, SU_REGION_IMAGE, IMAGE_AT, image_size, 0);
	add_region(world, SU_REGION_PATCH, IMAGE_AT + world->regions[0].size + PATCH_GAP,
		   patch->head->span, 0);
	add_region(world, SU_REGION_STACK, STACK_AT, STACK_SIZE, UNWRITTEN);
	add_region(world, SU_REGION_HEAP, HEAP_AT, HEAP_SIZE, 0);
	add_region(world, SU_REGION_IMPORTS, IMPORTS_AT, PAGE + MAX_IMPORTS * IMPORT_ROOM, 0);
	add_region(world, SU_REGION_THREAD, THREAD_AT, THREAD_SIZE, 0);
	fill_with_words(&world->regions[SU_REGION_HEAP]);
	fill_with_words(&world->regions[SU_REGION_IMPORTS]);
	set_up_thread(world);
	load_image(world);
	load_patch(world);
	put_bytes(world, SU_WORLD_ENTRY_SP, &return_to, 8);
	*ret = world;
	return NULL;
}

void su_world_destroy(struct su_world *world)
{
	if (!world)
		return;
	for (int i = 0; i < SU_REGION_COUNT; i++)
		free(world->regions[i].bytes);
	su_vec_deinit(&world->imports);
	su_map_destroy(world->import_of);
	su_arena_destroy(world->arena);
	free(world);
}

/* ---- code ---- */

const uint8_t *su_world_code(const struct su_world *world, uint64_t addr, uint64_t *ret_size)
{
	for (int i = SU_REGION_IMAGE; i <= SU_REGION_PATCH; i++) {
		const struct su_region *region = &world->regions[i];

		if (addr - region->addr < region->size) {
			*ret_size = region->size - (addr - region->addr);
			return region->bytes + (addr - region->addr);
		}
	}
	return NULL;
}

static bool in_patch_text(const struct su_world *world, uint64_t vaddr)
{
	const struct su_patch *patch = world->patch;

	for (size_t i = 0; i < patch->segment_count; i++) {
		const struct su_patch_segment *segment = &patch->segments[i];

		if ((segment->flags & PF_X) && vaddr - segment->vaddr < segment->memsz)
			return true;
	}
	return false;
}

bool su_world_is_passage(const struct su_world *world, uint64_t addr)
{
	const struct su_region *patch = &world->regions[SU_REGION_PATCH];
	const struct su_section *section;

	if (addr - patch->addr < patch->size)
		return in_patch_text(world, addr - patch->addr) &&
		       !su_patch_range_at(world->patch, SU_REVERSE, addr - patch->addr, 1);
	if (addr - IMAGE_AT >= world->regions[SU_REGION_IMAGE].size)
		return false;
	section = su_image_section_at(world->old_image, addr - IMAGE_AT);
	return section && strncmp(section->name, ".plt", 4) == 0;
}

uint64_t su_world_file_vaddr(const struct su_world *world, uint64_t addr)
{
	const struct su_region *patch = &world->regions[SU_REGION_PATCH];
	uint64_t vaddr = addr - patch->addr;

	if (vaddr >= patch->size)
		return addr - world->regions[SU_REGION_IMAGE].addr;
	for (size_t i = 0; i < world->patch->map_count; i++) {
		const struct su_patch_map *map = &world->patch->map[i];

		if (map->kind == SU_MAP_CODE && map->space == SU_SPACE_PATCH &&
		    vaddr - map->addr < map->size)
			return map->vaddr + (vaddr - map->addr);
	}
	return 0;
}

uint64_t su_world_callee(const struct su_world *world, uint64_t addr)
{
	const struct su_patch *patch = world->patch;
	uint64_t vaddr = addr - world->regions[SU_REGION_PATCH].addr;

	if (vaddr >= world->regions[SU_REGION_PATCH].size)
		return addr;
	for (size_t i = 0; i < patch->function_count; i++) {
		const struct su_patch_function *function = &patch->functions[i];

		if (function->patch_vaddr == vaddr && function->old_vaddr)
			return IMAGE_AT + function->old_vaddr;
	}
	return addr;
}

static const char *patch_function_name(const struct su_world *world, uint64_t vaddr)
{
	const struct su_patch_range *range = su_patch_range_at(world->patch, SU_REVERSE, vaddr, 1);

	return range ? su_patch_string(world->patch, world->patch->functions[range->function].name)
		     : NULL;
}

const char *su_world_callee_name(const struct su_world *world, uint64_t callee)
{
	const struct su_import_callee *import = su_world_import_at(world, callee);
	const struct su_region *patch = &world->regions[SU_REGION_PATCH];
	const struct su_symbol *symbol;
	const char *name = NULL;

	if (import)
		return import->name;
	if (callee - patch->addr < patch->size)
		name = patch_function_name(world, callee - patch->addr);
	else if (callee - IMAGE_AT < world->regions[SU_REGION_IMAGE].size) {
		symbol = su_image_symbol_at(world->old_image, callee - IMAGE_AT);
		name = symbol ? symbol->name : NULL;
	}
	return name ? name : "a function that a pointer leads to";
}

/*
 * Binding: every reference of the new version is resolved to what lives in the process.
 *
 * Unchanged functions and kept variables are at their old addresses; changed and added functions
 * have bodies in the patch; the address *taken* of a function that exists in the old version is
 * its old entry, so that pointer comparison goes on to work.  Added variables and changed constants
 * are copied into the patch; a string that the old version refers to keeps its old address.
 */
#include <string.h>

#include "arch/emit.h"
#include "base/reason.h"
#include "diff/assembly.h"
#include "diff/compare.h"
#include "diff/constants.h"
#include "diff/tls_slot.h"
#include "make/maker.h"

struct su_body *su_maker_body(const struct su_maker *maker, const struct su_routine *routine)
{
	return su_map_get_u64(maker->body_of, su_key(routine));
}

static uint64_t part_addr(const struct su_routine *routine, const uint64_t addr[2], uint64_t vaddr)
{
	for (size_t i = 0; i < routine->part_count; i++) {
		if (vaddr - routine->parts[i].vaddr < routine->parts[i].size)
			return addr[i] + (vaddr - routine->parts[i].vaddr);
	}
	return addr[0] + (vaddr - routine->vaddr); /* the end of the body */
}

uint64_t su_maker_code_addr(const struct su_body *body, uint64_t vaddr)
{
	return part_addr(body->routine, body->addr, vaddr);
}

struct su_err *su_maker_cannot_bind(struct su_maker *maker, const struct su_routine *user,
				    uint64_t vaddr, const char *why)
{
	const struct su_reason *reason = su_reason_of_message(why);
	SU_FREE char *text = su_format(SU_WHY_REFERENCE_UNBOUND, maker->new_program->image->path,
				       user ? user->name : "a constant", (unsigned long)vaddr, why);

	if (!reason)
		reason = su_reason_of_message(SU_WHY_REFERENCE_UNBOUND);
	return su_err_again(SU_E_UNSUPPORTED, reason->id, text);
}

/* ---- routines ---- */

/* The part of the routine that covers `vaddr`, or its body. */
static size_t part_at(const struct su_routine *routine, uint64_t vaddr)
{
	for (size_t i = 0; i < routine->part_count; i++) {
		if (vaddr - routine->parts[i].vaddr < routine->parts[i].size)
			return i;
	}
	return 0;
}

/* Nobody has the address of a function that is bypassed (short.c): its entry leads nowhere new. */
static struct su_spot bind_routine(const struct su_maker *maker, const struct su_routine *routine,
				   uint64_t vaddr, enum su_use use)
{
	const struct su_body *body = su_maker_body(maker, routine);
	const struct su_routine *peer = routine->peer;
	bool address = vaddr == routine->vaddr && use == SU_USE_ADDRESS;
	size_t part = part_at(routine, vaddr);

	if (body && !(address && peer && !peer->bypassed))
		return su_spot_in_patch(su_maker_code_addr(body, vaddr));
	if (address)
		return su_spot_in_image(SU_HOME_ENTRY, peer->vaddr, 0);
	return su_spot_in_image(SU_HOME_CODE, peer->parts[part].vaddr,
				(int64_t)(vaddr - routine->parts[part].vaddr));
}

/* ---- data ---- */

struct su_err *su_maker_copy_pointer(struct su_maker *maker, const struct su_dynreloc *reloc,
				     uint64_t at, su_maker_target *target)
{
	uint64_t vaddr = (uint64_t)reloc->addend;
	struct su_spot spot;

	if (reloc->symbol && reloc->symbol->shndx == SHN_UNDEF) {
		if (reloc->addend)
			return su_maker_cannot_bind(maker, NULL, reloc->vaddr,
						    SU_WHY_IMPORT_ADDEND);
		su_maker_add_import(maker, at, reloc->symbol);
		return NULL;
	}
	if (reloc->symbol)
		vaddr += reloc->symbol->vaddr;
	SU_TRY(target(maker, vaddr, &spot));
	su_maker_absolute(maker, at, spot);
	return NULL;
}

static struct su_err *new_target(struct su_maker *maker, uint64_t vaddr, struct su_spot *ret)
{
	return su_maker_bind(maker, NULL, vaddr, SU_USE_ADDRESS, 0, ret);
}

static struct su_err *copy_distances(struct su_maker *maker, uint64_t vaddr, uint64_t size,
				     uint64_t to)
{
	uint32_t count = su_program_distances(maker->new_program, vaddr);
	struct su_spot spot;

	for (uint32_t i = 0; i < count && (i + 1) * 4ull <= size; i++) {
		uint64_t target = su_program_distance(maker->new_program, vaddr, i);

		SU_TRY(su_maker_bind(maker, NULL, target, SU_USE_ADDRESS, 0, &spot));
		su_maker_point(maker, to + i * 4ull, to, spot);
	}
	return NULL;
}

struct su_err *su_maker_copy_bytes(struct su_maker *maker, uint64_t vaddr, uint64_t size,
				   uint64_t to)
{
	const struct su_image *image = maker->new_program->image;
	const uint8_t *bytes = su_image_bytes(image, vaddr, size);
	size_t count;
	const struct su_dynreloc *relocs = su_image_relocs_in(image, vaddr, size, &count);

	if (!bytes)
		return su_maker_cannot_bind(maker, NULL, vaddr, SU_WHY_BYTES_NOT_IN_FILE);
	if (su_program_is_doubtful(maker->new_program, vaddr, size))
		return su_maker_cannot_bind(maker, NULL, vaddr, SU_WHY_DISTANCES_UNKNOWN);
	memcpy(su_maker_at(maker, to), bytes, size);
	SU_TRY(copy_distances(maker, vaddr, size, to));
	for (size_t i = 0; i < count; i++)
		SU_TRY(su_maker_copy_pointer(maker, &relocs[i], to + (relocs[i].vaddr - vaddr),
					     new_target));
	return NULL;
}

static struct su_err *place_bytes(struct su_maker *maker, uint64_t segment, uint64_t vaddr,
				  uint64_t size, uint64_t *ret)
{
	uint64_t addr;

	/* One reference may mean the first word, another one all of a table. */
	if (su_maker_recall(su_map_get_u64(maker->placed, vaddr), &addr) &&
	    (uintptr_t)su_map_get_u64(maker->placed_size, vaddr) >= size) {
		*ret = addr;
		return NULL;
	}
	/* Before room is made for them: sizes are claims of the file. */
	if (segment != SU_DRAFT_BSS && !su_image_bytes(maker->new_program->image, vaddr, size))
		return su_maker_cannot_bind(maker, NULL, vaddr, SU_WHY_BYTES_NOT_IN_FILE);
	addr = su_maker_reserve(maker, segment, size, vaddr);
	su_map_put_u64(maker->placed, vaddr,
		       su_maker_remembered(addr)); /* before its pointers: circles */
	su_map_put_u64(maker->placed_size, vaddr, (void *)(uintptr_t)size);
	if (segment != SU_DRAFT_BSS)
		SU_TRY(su_maker_copy_bytes(maker, vaddr, size, addr));
	*ret = addr;
	return NULL;
}

struct su_err *su_maker_place(struct su_maker *maker, struct su_datum *datum, uint64_t *ret)
{
	const struct su_section *section =
		su_image_section_at(maker->new_program->image, datum->vaddr);
	uint64_t segment = SU_DRAFT_DATA;

	if (datum->constant)
		segment = SU_DRAFT_RODATA;
	else if (section && section->type == SHT_NOBITS)
		segment = SU_DRAFT_BSS;
	if (su_assembly_leads_out(maker->new_program, datum->vaddr, datum->size))
		return su_maker_cannot_bind(maker, NULL, datum->vaddr, SU_WHY_DISTANCES_UNKNOWN);
	return place_bytes(maker, segment, datum->vaddr, datum->size, ret);
}

static struct su_err *bind_datum_alone(struct su_maker *maker, struct su_datum *datum, int64_t off,
				       struct su_spot *ret)
{
	uint64_t addr;

	if (su_datum_stays(datum)) {
		*ret = su_spot_in_image(SU_HOME_DATA, datum->peer->vaddr, off);
		return NULL;
	}
	SU_TRY(su_maker_place(maker, datum, &addr));
	*ret = su_spot_in_patch(addr + (uint64_t)off);
	return NULL;
}

static bool refers_into(const struct su_routine *routine, const struct su_datum *datum)
{
	const struct su_function *code = routine->code;

	for (size_t i = 0; i < code->insn_count; i++) {
		for (int f = 0; f < 2; f++) {
			if (code->insns[i].fields[f].size &&
			    code->insns[i].fields[f].target - datum->vaddr < datum->size)
				return true;
		}
	}
	return false;
}

/* The start of one thing may be meant as the end of the one before it: `for (p = a; p < a + N;)`.
 * It does not matter when both are next to each other in the process too, or when the code does not
 * use the one before it. */
static struct su_err *check_end(struct su_maker *maker, const struct su_routine *user,
				const struct su_meaning *meaning, uint64_t vaddr,
				struct su_spot *start)
{
	struct su_datum *datum = meaning->or_end_of;
	struct su_spot end;

	if (!datum || !user || !refers_into(user, datum))
		return NULL;
	SU_TRY(bind_datum_alone(maker, datum, (int64_t)datum->size, &end));
	if (end.space == start->space && end.addr == start->addr) {
		start->end_of = end.thing; /* in the image: not so in every process */
		return NULL;
	}
	if (su_maker_means_start(maker, user, vaddr))
		return NULL;
	return su_maker_cannot_bind(
		maker, user, vaddr,
		su_arena_format(maker->arena, SU_WHY_TWO_MEANINGS,
				meaning->datum ? meaning->datum->name : "a constant", datum->name));
}

/* ---- constants without symbol ---- */

/* Up to the next thing with a name: more than is needed, never less. */
static uint64_t unnamed_size(const struct su_program *program, uint64_t vaddr)
{
	const struct su_section *section = su_image_section_at(program->image, vaddr);
	uint64_t end = section->vaddr + section->size;

	for (size_t i = 0; i < program->data.len; i++) {
		if (program->data.at[i].vaddr > vaddr) {
			if (program->data.at[i].vaddr < end)
				end = program->data.at[i].vaddr;
			break;
		}
	}
	return end - vaddr;
}

/* Whether the old version has the same `size` bytes at `vaddr`. */
static bool in_old_image(const struct su_maker *maker, uint64_t vaddr, const void *bytes,
			 uint64_t size)
{
	const uint8_t *old = su_image_bytes(maker->old_program->image, vaddr, size);

	return old && memcmp(old, bytes, size) == 0;
}

/* What looks like a string may be the start of an array: all up to the next thing counts. */
static struct su_err *bind_anonymous(struct su_maker *maker, uint64_t vaddr, uint64_t size,
				     struct su_spot *ret)
{
	const struct su_program *program = maker->new_program;
	bool is_address = size == 0;
	const char *text = is_address ? su_program_string_at(program, vaddr) : NULL;
	uint64_t addr = 0, extent = su_program_extent(program, vaddr);

	if (text)
		size = strlen(text) + 1 > extent ? strlen(text) + 1 : extent;
	else if (!size)
		size = unnamed_size(program, vaddr);
	else if (size < extent) /* other references may mean all of it */
		size = extent;
	if (text && su_maker_recall(su_map_get_str(maker->old_strings, text), &addr) &&
	    in_old_image(maker, addr, text, size)) {
		*ret = su_spot_in_image(SU_HOME_DATA, addr, 0);
		return NULL;
	}
	if (is_address && su_assembly_leads_out(program, vaddr, size))
		return su_maker_cannot_bind(maker, NULL, vaddr, SU_WHY_DISTANCES_UNKNOWN);
	SU_TRY(place_bytes(maker, SU_DRAFT_RODATA, vaddr, size, &addr));
	*ret = su_spot_in_patch(addr);
	return NULL;
}

static struct su_err *bind_linker(struct su_maker *maker, const struct su_routine *user,
				  const struct su_meaning *meaning, uint64_t vaddr,
				  struct su_spot *ret)
{
	const struct su_image *image = maker->old_program->image;

	for (size_t i = 0; i < image->symbol_count; i++) {
		if (strcmp(image->symbols[i].name, meaning->name) == 0) {
			*ret = su_spot_in_image(SU_HOME_DATA, image->symbols[i].vaddr, 0);
			return NULL;
		}
	}
	return su_maker_cannot_bind(maker, user, vaddr, SU_WHY_NO_LINKER_SYMBOL);
}

/* A descriptor's call keeps all registers but rax, which no analysis of ours knows. */
static struct su_err *bind_tls(struct su_maker *maker, const struct su_routine *user,
			       const struct su_dynreloc *slot, struct su_spot *ret)
{
	const struct su_dynreloc *old_slot =
		su_tls_slot_like(maker->old_program->image, maker->new_program->image, slot);

	if (slot->type == R_X86_64_TLSDESC)
		return su_maker_cannot_bind(
			maker, user, slot->vaddr,
			"a descriptor of a thread-local variable (-mtls-dialect=gnu2)");
	if (!old_slot)
		return su_maker_cannot_bind(
			maker, user, slot->vaddr,
			"the old version finds no thread-local variable in this way");
	*ret = su_spot_in_image(SU_HOME_DATA, old_slot->vaddr, 0);
	return NULL;
}

static struct su_err *bind_chosen(struct su_maker *maker, const struct su_routine *user,
				  const struct su_routine *resolver, uint64_t vaddr,
				  struct su_spot *ret)
{
	const struct su_image *old_image = maker->old_program->image;
	uint64_t entry;

	if (!resolver->peer || !su_image_chosen_by(old_image, resolver->peer->vaddr, &entry))
		return su_maker_cannot_bind(maker, user, vaddr,
					    "the old version does not call that IFUNC");
	*ret = su_spot_in_image(SU_HOME_DATA, entry, 0);
	return NULL;
}

/* What can be said of an address that no symbol covers. */
static const char *why_unknown(const struct su_image *image, uint64_t vaddr)
{
	const struct su_section *section = su_image_section_at(image, vaddr);

	if (!section)
		return SU_WHY_ADDRESS_OUTSIDE;
	if (section->flags & SHF_EXECINSTR)
		return strncmp(section->name, ".plt", 4) == 0 ? SU_WHY_ADDRESS_IN_PLT
							      : SU_WHY_ADDRESS_IN_CODE;
	if (section->flags & SHF_TLS)
		return SU_WHY_ADDRESS_THREAD_LOCAL;
	if (strncmp(section->name, ".eh_frame", 9) == 0)
		return SU_WHY_ADDRESS_UNWINDING;
	return section->type == SHT_NOBITS ? SU_WHY_ADDRESS_IN_BSS : SU_WHY_ADDRESS_UNKNOWN;
}

static struct su_err *bind_reference(struct su_maker *maker, const struct su_routine *user,
				     uint64_t vaddr, enum su_use use, uint64_t size,
				     struct su_spot *ret)
{
	struct su_meaning meaning = su_program_meaning(maker->new_program, vaddr);
	const struct su_dynreloc *tls = su_tls_slot_at(maker->new_program->image, vaddr);

	if (tls)
		return bind_tls(maker, user, tls, ret);
	switch (meaning.kind) {
	case SU_MEANS_ROUTINE:
		if (!meaning.routine->peer && !su_maker_body(maker, meaning.routine))
			return su_maker_cannot_bind(maker, user, vaddr,
						    "a start-up function that is new");
		*ret = bind_routine(maker, meaning.routine, vaddr, use);
		return NULL;
	case SU_MEANS_DATUM:
		SU_TRY(bind_datum_alone(maker, meaning.datum, meaning.off, ret));
		break;
	case SU_MEANS_IMPORT:
		return su_maker_bind_import(maker, user, &meaning, vaddr, ret);
	case SU_MEANS_ANONYMOUS:
		SU_TRY(bind_anonymous(maker, vaddr, use == SU_USE_ACCESS ? size : 0, ret));
		break;
	case SU_MEANS_CHOSEN:
		return bind_chosen(maker, user, meaning.routine, vaddr, ret);
	case SU_MEANS_LINKER:
		return bind_linker(maker, user, &meaning, vaddr, ret);
	case SU_MEANS_NOTHING:
		return su_maker_cannot_bind(maker, user, vaddr,
					    why_unknown(maker->new_program->image, vaddr));
	}
	return use == SU_USE_ADDRESS ? check_end(maker, user, &meaning, vaddr, ret) : NULL;
}

struct su_err *su_maker_bind(struct su_maker *maker, const struct su_routine *user, uint64_t vaddr,
			     enum su_use use, uint64_t size, struct su_spot *ret)
{
	struct su_spot spot;

	SU_TRY(bind_reference(maker, user, vaddr, use, size, &spot));
	spot.user = user && user->peer ? user->peer->vaddr : 0;
	*ret = spot;
	return NULL;
}

/* ---- the old version ---- */

static struct su_spot old_thing(const struct su_maker *maker, const struct su_routine *user,
				uint64_t vaddr)
{
	struct su_meaning meaning = su_program_meaning(maker->old_program, vaddr);
	const struct su_routine *routine = meaning.routine;
	struct su_spot spot = su_spot_in_image(SU_HOME_DATA, vaddr, 0);
	uint64_t part;

	switch (meaning.kind) {
	case SU_MEANS_ROUTINE:
		if (vaddr == routine->vaddr)
			return su_spot_in_image(SU_HOME_ENTRY, vaddr, 0);
		part = routine->parts[part_at(routine, vaddr)].vaddr;
		return su_spot_in_image(SU_HOME_CODE, part, (int64_t)(vaddr - part));
	case SU_MEANS_DATUM:
		spot = su_spot_in_image(SU_HOME_DATA, meaning.datum->vaddr, meaning.off);
		break;
	case SU_MEANS_IMPORT:
		return su_spot_in_image(SU_HOME_DATA, meaning.import.vaddr, meaning.off);
	default: /* a constant without symbol or a linker's symbol is known by its address alone */
		break;
	}
	if (meaning.or_end_of && refers_into(user, meaning.or_end_of))
		spot.end_of = meaning.or_end_of->vaddr;
	return spot;
}

struct su_spot su_maker_old_spot(const struct su_maker *maker, const struct su_routine *user,
				 uint64_t vaddr)
{
	struct su_spot spot = old_thing(maker, user, vaddr);

	spot.user = user->vaddr;
	return spot;
}

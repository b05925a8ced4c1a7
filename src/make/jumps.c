/*
 * Placing jumps over dead code: entry jumps and landing pads.
 *
 * A jump takes five bytes.  Where the next one starts earlier, or the code ends, two bytes reach an
 * island: a five-byte jump elsewhere in the same dead code.  Padding between functions counts as
 * dead code of the function before it.
 */
#include <stdlib.h>
#include <string.h>

#include "arch/code.h"
#include "make/maker.h"

struct placement {
	struct su_maker *maker;
	uint32_t function;
	enum su_direction direction;
	const struct su_routine *routine;
	const struct su_body *body;
	const struct su_part *part;
	uint8_t *used; /* by byte of the part and its padding: taken by a jump */
	uint64_t room; /* bytes of the part with its padding */
};

/* ---- padding ---- */

static uint64_t next_start(const struct su_program *program, uint64_t vaddr)
{
	const struct su_section *section = su_image_section_at(program->image, vaddr - 1);
	uint64_t next = section ? section->vaddr + section->size : vaddr;
	size_t after = su_program_parts_until(program, vaddr - 1);

	return after < program->part_count && program->parts[after].vaddr < next
		       ? program->parts[after].vaddr
		       : next;
}

uint64_t su_maker_padding(const struct su_program *program, uint64_t vaddr)
{
	uint64_t end = next_start(program, vaddr), at = vaddr;
	const uint8_t *bytes = su_image_bytes(program->image, vaddr, end - vaddr);

	while (bytes && at < end) {
		struct su_insn insn;

		if (bytes[at - vaddr] == SU_CODE_FILL) {
			at++;
			continue;
		}
		if (!su_insn_decode(bytes + (at - vaddr), end - at, at, &insn) ||
		    insn.opcode != SU_OPC_NOP || insn.is_endbr)
			break;
		at += insn.length;
	}
	return at - vaddr;
}

/* ---- records ---- */

static uint64_t place_of(const struct placement *placement, uint64_t off)
{
	if (placement->body)
		return su_maker_code_addr(placement->body, placement->part->vaddr) + off;
	return placement->part->vaddr + off;
}

static void record_jump(struct placement *placement, uint64_t off, uint8_t size,
			enum su_jump_kind kind, uint64_t to, enum su_space space)
{
	su_vec_push(&placement->maker->draft.jumps,
		    (struct su_patch_jump){ .at = place_of(placement, off),
					    .to = to,
					    .to_space = space,
					    .function = placement->function,
					    .direction = (uint8_t)placement->direction,
					    .kind = (uint8_t)kind,
					    .size = size });
	memset(placement->used + off, 1, size);
}

/* ---- islands ---- */

static bool is_free(const struct placement *placement, uint64_t off)
{
	if (off + SU_NEAR_JUMP > placement->room)
		return false;
	for (uint64_t i = 0; i < SU_NEAR_JUMP; i++) {
		if (placement->used[off + i])
			return false;
	}
	return true;
}

static bool find_island(const struct placement *placement, uint64_t off, uint64_t *ret)
{
	uint64_t from = off + SU_SHORT_JUMP, low = from > 128 ? from - 128 : 0;

	for (uint64_t island = low; island <= from + 127; island++) {
		if (is_free(placement, island)) {
			*ret = island;
			return true;
		}
	}
	return false;
}

static bool place_short(struct placement *placement, const struct su_wanted_jump *jump)
{
	enum su_space own = placement->body ? SU_SPACE_PATCH : SU_SPACE_IMAGE;
	uint64_t off = jump->at - placement->part->vaddr, island;

	if (!find_island(placement, off, &island)) {
		memset(placement->used + off, 0, SU_SHORT_JUMP);
		return false;
	}
	record_jump(placement, off, SU_SHORT_JUMP, jump->kind, place_of(placement, island), own);
	record_jump(placement, island, SU_NEAR_JUMP, SU_JUMP_ISLAND, jump->to, jump->space);
	return true;
}

/* ---- one part ---- */

static void place_in_part(struct placement *placement, struct su_wanted_jump *wanted, size_t count)
{
	uint64_t start = placement->part->vaddr;

	for (size_t i = 0; i < count; i++) {
		uint64_t off = wanted[i].at - start;
		uint64_t end = i + 1 < count ? wanted[i + 1].at - start : placement->room;

		if (end - off >= SU_NEAR_JUMP) {
			record_jump(placement, off, SU_NEAR_JUMP, wanted[i].kind, wanted[i].to,
				    wanted[i].space);
			wanted[i].possible = true;
		} else if (end - off >= SU_SHORT_JUMP) {
			memset(placement->used + off, 1,
			       SU_SHORT_JUMP); /* until an island is found */
		}
	}
	for (size_t i = 0; i < count; i++) {
		uint64_t off = wanted[i].at - start;
		uint64_t end = i + 1 < count ? wanted[i + 1].at - start : placement->room;

		if (!wanted[i].possible && end - off >= SU_SHORT_JUMP)
			wanted[i].possible = place_short(placement, &wanted[i]);
	}
}

static void add_range(const struct placement *placement)
{
	uint64_t size = placement->part->size;

	for (uint64_t i = size; i < placement->room; i++) {
		if (placement->used[i])
			size = i + 1;
	}
	su_vec_push(&placement->maker->draft.ranges,
		    (struct su_patch_range){ .vaddr = place_of(placement, 0),
					     .size = size,
					     .function = placement->function,
					     .direction = placement->direction });
}

uint64_t su_maker_body_padding(const struct su_body *body, size_t part)
{
	return body->padding[part] + (body->after[part] ? 0 : SU_BODY_FILL);
}

static uint64_t room_after(const struct placement *placement, const struct su_program *program,
			   size_t part)
{
	if (placement->body)
		return su_maker_body_padding(placement->body, part);
	return su_maker_padding(program, placement->part->vaddr + placement->part->size);
}

void su_maker_add_jumps(struct su_maker *maker, uint32_t function, enum su_direction direction,
			const struct su_program *program, const struct su_routine *routine,
			const struct su_body *body, struct su_wanted_jump *wanted, size_t count)
{
	struct placement placement = { .maker = maker,
				       .function = function,
				       .direction = direction,
				       .routine = routine,
				       .body = body };

	for (size_t p = 0; p < routine->part_count; p++) {
		size_t first = 0, inside = 0;

		placement.part = &routine->parts[p];
		placement.room = placement.part->size + room_after(&placement, program, p);
		placement.used = su_alloc(placement.room + SU_NEAR_JUMP);
		while (first < count &&
		       wanted[first].at - placement.part->vaddr >= placement.part->size)
			first++;
		while (first + inside < count &&
		       wanted[first + inside].at - placement.part->vaddr < placement.part->size)
			inside++;
		place_in_part(&placement, inside ? wanted + first : NULL, inside);
		add_range(&placement);
		free(placement.used);
	}
}

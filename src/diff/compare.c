/* Which routines differ: see compare.h. */
#include "diff/compare.h"

#include <string.h>

#include "base/reason.h"
#include "diff/assembly.h"
#include "diff/constants.h"
#include "diff/tls_slot.h"

#define MAX_NESTING 5 /* constants without a name that lead to one another */

struct pair {
	const struct su_program *old_program, *new_program;
	unsigned nesting;
};

static bool same_meaning(const struct pair *pair, uint64_t old_vaddr, uint64_t new_vaddr,
			 uint64_t size);

/* ---- constants ---- */

/* Entries of two tables of distances, within `size` bytes; *ret_size: the bytes that they take. */
static bool same_distances(const struct pair *pair, uint64_t old_vaddr, uint64_t new_vaddr,
			   uint64_t size, uint64_t *ret_size)
{
	uint32_t in_a = su_program_distances(pair->old_program, old_vaddr);
	uint32_t in_b = su_program_distances(pair->new_program, new_vaddr);

	*ret_size = 0;
	if (in_a != in_b)
		return false;
	for (uint32_t i = 0; i < in_a && *ret_size + 4 <= size; i++) {
		if (!same_meaning(pair, su_program_distance(pair->old_program, old_vaddr, i),
				  su_program_distance(pair->new_program, new_vaddr, i), 0))
			return false;
		*ret_size += 4;
	}
	return true;
}

/* Bytes equal, pointers in them (filled in by the loader) and distances equal in meaning. */
static bool same_bytes(const struct pair *pair, uint64_t old_vaddr, uint64_t new_vaddr,
		       uint64_t size)
{
	const uint8_t *a = su_image_bytes(pair->old_program->image, old_vaddr, size);
	const uint8_t *b = su_image_bytes(pair->new_program->image, new_vaddr, size);
	size_t count_a, count_b;
	const struct su_dynreloc *in_a =
		su_image_relocs_in(pair->old_program->image, old_vaddr, size, &count_a);
	const struct su_dynreloc *in_b =
		su_image_relocs_in(pair->new_program->image, new_vaddr, size, &count_b);
	uint64_t done;

	if (!a || !b || count_a != count_b ||
	    !same_distances(pair, old_vaddr, new_vaddr, size, &done))
		return false;
	for (size_t i = 0; i < count_a; i++) {
		uint64_t off = in_a[i].vaddr - old_vaddr;

		if (in_b[i].vaddr - new_vaddr != off || in_a[i].type != in_b[i].type || off < done)
			return false;
		if (memcmp(a + done, b + done, off - done) != 0)
			return false;
		if (in_a[i].symbol || in_b[i].symbol) {
			if (!in_a[i].symbol || !in_b[i].symbol ||
			    in_a[i].addend != in_b[i].addend ||
			    strcmp(in_a[i].symbol->name, in_b[i].symbol->name) != 0)
				return false;
		} else if (!same_meaning(pair, (uint64_t)in_a[i].addend, (uint64_t)in_b[i].addend,
					 0)) {
			return false;
		}
		done = off + 8 < size ? off + 8 : size;
	}
	return memcmp(a + done, b + done, size - done) == 0;
}

static bool same_distances_of_assembly(const struct pair *pair, uint64_t old_vaddr,
				       uint64_t new_vaddr, uint64_t size)
{
	return !su_assembly_leads_elsewhere(pair->old_program, old_vaddr, pair->new_program,
					    new_vaddr, size, su_same_meaning);
}

/* A constant that points, through others, to itself is equal unless something else differs. */
static bool same_constant(const struct pair *pair, struct su_datum *old_datum,
			  struct su_datum *new_datum)
{
	if (old_datum->same == SU_SAME_UNKNOWN) {
		old_datum->same = SU_SAME_ASSUMED;
		bool same = old_datum->size == new_datum->size &&
			    same_bytes(pair, old_datum->vaddr, new_datum->vaddr, old_datum->size) &&
			    same_distances_of_assembly(pair, old_datum->vaddr, new_datum->vaddr,
						       old_datum->size);
		old_datum->same = same ? SU_SAME_YES : SU_SAME_NO;
		new_datum->same = old_datum->same;
	}
	return old_datum->same != SU_SAME_NO;
}

static bool same_anonymous(const struct pair *pair, uint64_t old_vaddr, uint64_t new_vaddr,
			   uint64_t size)
{
	const char *a = su_program_string_at(pair->old_program, old_vaddr);
	const char *b = su_program_string_at(pair->new_program, new_vaddr);

	uint64_t extent_a = su_program_extent(pair->old_program, old_vaddr);
	uint64_t extent_b = su_program_extent(pair->new_program, new_vaddr);

	/* of assembly's, a number is more than itself: all up to the next thing counts */
	if (size && !su_program_assembly_at(pair->new_program, new_vaddr))
		return same_bytes(pair, old_vaddr, new_vaddr, size);
	if (!a != !b || (a && strcmp(a, b) != 0))
		return false;
	/* what looks like a string may be the start of an array */
	struct pair inner = { pair->old_program, pair->new_program, pair->nesting + 1 };
	size = extent_a < extent_b ? extent_a : extent_b;
	return inner.nesting < MAX_NESTING && same_bytes(&inner, old_vaddr, new_vaddr, size) &&
	       same_distances_of_assembly(pair, old_vaddr, new_vaddr, size);
}

static bool same_import(const struct su_import *a, const struct su_import *b)
{
	const char *version_a = a->symbol->version, *version_b = b->symbol->version;

	return a->form == b->form && strcmp(a->symbol->name, b->symbol->name) == 0 &&
	       (!version_a || !version_b || strcmp(version_a, version_b) == 0);
}

static bool same_datum(const struct pair *pair, const struct su_meaning *a,
		       const struct su_meaning *b)
{
	if (a->datum->peer != b->datum || a->off != b->off || a->datum->moves ||
	    (a->or_end_of && a->or_end_of->moves && !a->or_end_of->constant))
		return false;
	return !a->datum->constant || a->datum->in_place || same_constant(pair, a->datum, b->datum);
}

static bool same_meaning(const struct pair *pair, uint64_t old_vaddr, uint64_t new_vaddr,
			 uint64_t size)
{
	const struct su_image *old_image = pair->old_program->image;
	const struct su_image *new_image = pair->new_program->image;
	const struct su_dynreloc *old_slot = su_tls_slot_at(old_image, old_vaddr);
	const struct su_dynreloc *new_slot = su_tls_slot_at(new_image, new_vaddr);

	if (old_slot || new_slot)
		return old_slot && new_slot &&
		       su_tls_slots_same(old_image, old_slot, new_image, new_slot);
	struct su_meaning a = su_program_meaning(pair->old_program, old_vaddr);
	struct su_meaning b = su_program_meaning(pair->new_program, new_vaddr);

	if (a.kind != b.kind)
		return false;
	switch (a.kind) {
	case SU_MEANS_CHOSEN:
	case SU_MEANS_ROUTINE:
		return a.routine->peer == b.routine && a.off == b.off;
	case SU_MEANS_DATUM:
		return same_datum(pair, &a, &b);
	case SU_MEANS_IMPORT:
		return same_import(&a.import, &b.import) && a.off == b.off;
	case SU_MEANS_ANONYMOUS:
		return same_anonymous(pair, old_vaddr, new_vaddr, size);
	case SU_MEANS_LINKER:
		return strcmp(a.name, b.name) == 0;
	case SU_MEANS_NOTHING:
		break;
	}
	return false;
}

bool su_same_bytes(const struct su_program *old_program, uint64_t old_vaddr,
		   const struct su_program *new_program, uint64_t new_vaddr, uint64_t size)
{
	struct pair pair = { .old_program = old_program, .new_program = new_program };

	return same_bytes(&pair, old_vaddr, new_vaddr, size);
}

bool su_same_meaning(const struct su_program *old_program, uint64_t old_vaddr,
		     const struct su_program *new_program, uint64_t new_vaddr, uint64_t size)
{
	struct pair pair = { .old_program = old_program, .new_program = new_program };

	return same_meaning(&pair, old_vaddr, new_vaddr, size);
}

/* ---- routines ---- */

static uint64_t access_size(const struct su_insn *insn)
{
	for (uint8_t i = 0; i < insn->operand_count; i++) {
		if (insn->operands[i].kind == SU_OP_MEM && insn->operands[i].read)
			return insn->operands[i].size;
	}
	return 0;
}

static bool same_place(const struct su_function *a, uint64_t in_a, const struct su_function *b,
		       uint64_t in_b)
{
	return su_function_insn_at(a, in_a) == su_function_insn_at(b, in_b);
}

static bool same_table(const struct su_function *a, const struct su_jump_table *in_a,
		       const struct su_function *b, const struct su_jump_table *in_b)
{
	if (in_a->count != in_b->count || in_a->entry_size != in_b->entry_size)
		return false;
	for (uint32_t i = 0; i < in_a->count; i++) {
		if (!same_place(a, in_a->targets[i], b, in_b->targets[i]))
			return false;
	}
	return true;
}

static bool same_field(const struct pair *pair, const struct su_routine *a,
		       const struct su_insn *in_a, const struct su_routine *b,
		       const struct su_insn *in_b, int f)
{
	uint64_t to_a = in_a->fields[f].target, to_b = in_b->fields[f].target;
	const struct su_jump_table *table_a = su_function_table_at(a->code, to_a);
	const struct su_jump_table *table_b = su_function_table_at(b->code, to_b);

	if (table_a && table_b)
		return same_table(a->code, table_a, b->code, table_b);
	if (su_function_covers(a->code, to_a) && su_function_covers(b->code, to_b))
		return same_place(a->code, to_a, b->code, to_b);
	return same_meaning(pair, to_a, to_b, access_size(in_a));
}

static bool in_field(const struct su_insn *insn, uint8_t byte)
{
	for (int f = 0; f < 2; f++) {
		if (insn->fields[f].size && byte >= insn->fields[f].off &&
		    byte < insn->fields[f].off + insn->fields[f].size)
			return true;
	}
	return false;
}

static bool same_shape(const struct su_insn *a, const struct su_insn *b)
{
	if (a->length != b->length)
		return false;
	for (int f = 0; f < 2; f++) {
		if (a->fields[f].off != b->fields[f].off || a->fields[f].size != b->fields[f].size)
			return false;
	}
	for (uint8_t i = 0; i < a->length; i++) {
		if (!in_field(a, i) && a->bytes[i] != b->bytes[i])
			return false;
	}
	return true;
}

static const char *describe_difference(struct su_program *program, const struct su_routine *routine,
				       uint32_t index, const char *what)
{
	const struct su_insn *insn = &routine->code->insns[index];
	char text[96];

	return su_arena_format(program->arena, "%s at %s: %s", what,
			       su_program_where(program, insn->vaddr),
			       su_insn_format(insn, text, sizeof(text)));
}

/* NULL when equal, else what differs first, in words. */
static const char *difference_of(const struct pair *pair, struct su_program *new_program,
				 const struct su_routine *a, const struct su_routine *b)
{
	size_t count = a->code->insn_count < b->code->insn_count ? a->code->insn_count
								 : b->code->insn_count;

	for (uint32_t i = 0; i < count; i++) {
		const struct su_insn *in_a = &a->code->insns[i], *in_b = &b->code->insns[i];

		if (!same_shape(in_a, in_b))
			return describe_difference(new_program, b, i, "code differs");
		for (int f = 0; f < 2; f++) {
			if (in_a->fields[f].size && !same_field(pair, a, in_a, b, in_b, f))
				return describe_difference(new_program, b, i,
							   "refers to something else");
		}
	}
	if (a->code->insn_count != b->code->insn_count || a->part_count != b->part_count)
		return "its length differs";
	return NULL;
}

/* In one version a thing is its own peer. */
static bool same_within(const struct su_routine *a, const struct su_routine *b)
{
	if (a->code->insn_count != b->code->insn_count || !a->code->relocatable)
		return false;
	for (uint32_t i = 0; i < a->code->insn_count; i++) {
		const struct su_insn *in_a = &a->code->insns[i], *in_b = &b->code->insns[i];

		if (!same_shape(in_a, in_b))
			return false;
		for (int f = 0; f < 2; f++) {
			uint64_t to_a = in_a->fields[f].target, to_b = in_b->fields[f].target;
			bool inside = su_function_covers(a->code, to_a) &&
				      su_function_covers(b->code, to_b) &&
				      same_place(a->code, to_a, b->code, to_b);

			if (in_a->fields[f].size && to_a != to_b && !inside)
				return false;
		}
	}
	return true;
}

bool su_same_code(const struct su_program *a_program, const struct su_routine *a,
		  const struct su_program *b_program, const struct su_routine *b)
{
	struct pair pair = { .old_program = a_program, .new_program = b_program };

	if (a_program == b_program)
		return same_within(a, b);
	if (!a->code->relocatable || a->code->insn_count != b->code->insn_count)
		return false;
	for (uint32_t i = 0; i < a->code->insn_count; i++) {
		const struct su_insn *in_a = &a->code->insns[i], *in_b = &b->code->insns[i];

		if (!same_shape(in_a, in_b))
			return false;
		for (int f = 0; f < 2; f++)
			if (in_a->fields[f].size && !same_field(&pair, a, in_a, b, in_b, f))
				return false;
	}
	return true;
}

/* ---- instructions of changed routines ---- */

static bool same_immediates(const struct su_insn *a, const struct su_insn *b)
{
	bool same = true;

	for (uint8_t i = 0; i < a->operand_count && same; i++)
		same = a->operands[i].kind != SU_OP_IMM || a->flow != SU_FLOW_NEXT ||
		       a->operands[i].imm == b->operands[i].imm;
	return same;
}

/* Where control goes inside of the routine, and where the stack pointer is, has to be the same. */
static bool must_agree(const struct su_routine *a, const struct su_insn *in_a,
		       const struct su_routine *b, const struct su_insn *in_b)
{
	bool must = in_a->operand_count && in_a->operands[0].kind == SU_OP_REG &&
		    in_a->operands[0].reg == SU_REG_SP;

	for (int f = 0; f < 2; f++)
		must |= in_a->fields[f].size &&
			(su_function_table_at(a->code, in_a->fields[f].target) ||
			 su_function_table_at(b->code, in_b->fields[f].target) ||
			 su_function_covers(a->code, in_a->fields[f].target) ||
			 su_function_covers(b->code, in_b->fields[f].target));
	return must;
}

enum su_likeness su_compare_insns(const struct su_program *old_program,
				  const struct su_routine *old_routine,
				  const struct su_program *new_program,
				  const struct su_routine *new_routine, uint32_t index)
{
	struct pair pair = { .old_program = old_program, .new_program = new_program };
	const struct su_insn *a = &old_routine->code->insns[index];
	const struct su_insn *b = &new_routine->code->insns[index];
	bool same;

	if (!su_insn_same_form(a, b))
		return SU_UNLIKE;
	same = same_immediates(a, b);
	for (int f = 0; f < 2 && same; f++)
		same = !a->fields[f].size || same_field(&pair, old_routine, a, new_routine, b, f);
	if (same)
		return SU_ALIKE;
	return must_agree(old_routine, a, new_routine, b) ? SU_UNLIKE : SU_ALIKE_BUT;
}

/* Bytes that do not decode are compared as they are. */
static bool same_raw(const struct pair *pair, const struct su_routine *a,
		     const struct su_routine *b)
{
	return a->parts[0].size == b->parts[0].size &&
	       same_bytes(pair, a->vaddr, b->vaddr, a->parts[0].size);
}

/* Constants may point at one another in circles: what was found equal under the assumption that
 * another is equal is asked again until nothing new turns out to differ. */
static void compare_constants(const struct pair *pair)
{
	size_t differing = 0, before;

	do {
		before = differing;
		differing = 0;
		for (size_t i = 0; i < pair->old_program->data.len; i++) {
			struct su_datum *datum = &pair->old_program->data.at[i];

			if (datum->same != SU_SAME_NO)
				datum->same = SU_SAME_UNKNOWN;
		}
		for (size_t i = 0; i < pair->old_program->data.len; i++) {
			struct su_datum *datum = &pair->old_program->data.at[i];

			if (datum->constant && datum->peer)
				differing += !same_constant(pair, datum, datum->peer);
		}
	} while (differing != before);
}

/* A table of labels of a changed function is the new body's own. */
static void release_labels(struct su_program *program)
{
	for (size_t i = 0; i < program->data.len; i++) {
		struct su_datum *datum = &program->data.at[i];
		size_t count;
		const struct su_dynreloc *relocs =
			su_image_relocs_in(program->image, datum->vaddr, datum->size, &count);

		for (size_t k = 0; k < count && datum->constant && datum->peer; k++) {
			uint64_t to = (uint64_t)relocs[k].addend;
			const struct su_routine *routine = su_program_routine_at(program, to);

			if (!routine || to == routine->vaddr || !routine->changed)
				continue;
			datum->in_place = datum->peer->in_place = false;
			datum->same = datum->peer->same = SU_SAME_NO;
		}
	}
}

void su_compare_programs(struct su_program *old_program, struct su_program *new_program)
{
	struct pair pair = { .old_program = old_program, .new_program = new_program };

	su_constants_choose(old_program, new_program);
	compare_constants(&pair);
	for (size_t i = 0; i < old_program->routines.len; i++) {
		struct su_routine *a = &old_program->routines.at[i], *b = a->peer;

		if (!b || a->startup)
			continue;
		bool decodes = a->code->relocatable && b->code->relocatable;
		if (decodes || !same_raw(&pair, a, b))
			a->reason = difference_of(&pair, new_program, a, b);
		if (!a->reason && a->touches)
			a->reason = SU_WHY_TOUCHES_TYPE;
		a->changed = b->changed = a->reason != NULL;
		b->reason = a->reason;
	}
	release_labels(old_program);
	release_labels(new_program);
}

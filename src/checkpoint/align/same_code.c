/*
 * Functions whose code did not change, but for constants and for what it refers to: a text was
 * reworded, a line number moved, a callee is another.
 *
 * Such functions correspond place by place: they have the same blocks, and each instruction is of
 * the same form.  An execution of the one is an execution of the other along the same path, so
 * whatever is not computed from something that differs is the same in the same place.
 *
 * That is said only if nothing that differs may have changed its place: where `log("a"); log("b");`
 * became `log("b"); log("a");`, the instructions are of one form as well, but an activation between
 * the two would do the one twice, and the other not at all.  So no instruction that differs may have
 * the form that one in another place had.  Line numbers say nothing of that: they move with the
 * code.
 *
 * One code is the same only if its variables are: a local that became another kind of thing has no
 * old value, though the same instructions handle it.
 */
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "checkpoint/align/sequence.h"
#include "diff/compare.h"

#define NEAR_ITS_LINE 64 /* lines from where a statement starts to where its `__LINE__` is */

/* ---- shape ---- */

static bool same_blocks(const struct su_block *a, const struct su_block *b)
{
	return a->first == b->first && a->count == b->count && a->leaves == b->leaves &&
	       a->succ_count == b->succ_count && a->pred_count == b->pred_count &&
	       !memcmp(a->succ, b->succ, a->succ_count * sizeof(*a->succ)) &&
	       !memcmp(a->pred, b->pred, a->pred_count * sizeof(*a->pred));
}

static bool same_shape(const struct su_function *a, const struct su_function *b)
{
	bool same = a->insn_count == b->insn_count && a->block_count == b->block_count &&
		    a->part_count == b->part_count;

	for (size_t i = 0; i < a->block_count && same; i++)
		same = same_blocks(&a->blocks[i], &b->blocks[i]);
	return same;
}

/* ---- variables ---- */

static bool same_local(const struct su_local *a, const struct su_local *b)
{
	return a->type_hash == b->type_hash && a->size == b->size && !strcmp(a->key, b->key);
}

static bool same_locals(const struct su_aligner *aligner)
{
	const struct su_local *a, *b;
	size_t count_a, count_b;
	struct su_err *err =
		su_debug_locals(aligner->a.program->debug, aligner->a.routine->vaddr, &a, &count_a);
	bool same;

	if (!err)
		err = su_debug_locals(aligner->b.program->debug, aligner->b.routine->vaddr, &b,
				      &count_b);
	same = !err && count_a == count_b;
	su_err_destroy(err);
	for (size_t i = 0; same && i < count_a; i++)
		same = same_local(&a[i], &b[i]);
	return same;
}

/* ---- what differs ---- */

/* The immediate that differs, or 0. */
static int64_t immediate_of(const struct su_insn *insn, const struct su_insn *other)
{
	for (uint8_t i = 0; i < insn->operand_count; i++) {
		if (insn->operands[i].kind == SU_OP_IMM &&
		    insn->operands[i].imm != other->operands[i].imm)
			return insn->operands[i].imm;
	}
	return 0;
}

/* Whether the instruction's constant is the line that it stands on, and has moved with that. */
static bool is_line(const struct su_aligner *aligner, uint32_t i)
{
	const struct su_insn *a = &aligner->a.routine->code->insns[i];
	const struct su_insn *b = &aligner->b.routine->code->insns[i];
	int64_t in_a = immediate_of(a, b), in_b = immediate_of(b, a);
	int line_a, line_b;
	const char *file;

	return in_a && in_b &&
	       su_debug_line_at(aligner->a.program->debug, a->vaddr, &file, &line_a) &&
	       su_debug_line_at(aligner->b.program->debug, b->vaddr, &file, &line_b) &&
	       in_a - line_a == in_b - line_b && llabs(in_a - line_a) <= NEAR_ITS_LINE;
}

/* Whether an instruction that differs has the form that one in another place had. */
static bool may_have_moved(const struct su_aligner *aligner, const bool *differs)
{
	static const char several;
	struct su_map *places = su_map_create(); /* key -> &differs[i], or &several */
	bool moved = false;

	for (uint32_t i = 0; i < aligner->a.count; i++) {
		uint64_t key = aligner->a.items[i].key;

		if (differs[i] && !is_line(aligner, i))
			su_map_put_u64(places, key,
				       su_map_get_u64(places, key) ? (void *)&several
								   : (void *)&differs[i]);
	}
	for (uint32_t j = 0; j < aligner->b.count && !moved; j++) {
		const void *place = su_map_get_u64(places, aligner->b.items[j].key);

		moved = differs[j] && !is_line(aligner, j) && place && place != &differs[j];
	}
	su_map_destroy(places);
	return moved;
}

const bool *su_align_same_code(struct su_arena *arena, const struct su_aligner *aligner)
{
	const struct su_sequence *a = &aligner->a, *b = &aligner->b;
	bool *differs,
		same = same_shape(a->routine->code, b->routine->code) && same_locals(aligner);

	differs = su_arena_alloc(arena, (a->count + 1) * sizeof(*differs));
	for (uint32_t i = 0; i < a->count && same; i++) {
		enum su_likeness likeness =
			su_compare_insns(a->program, a->routine, b->program, b->routine, i);

		same = likeness != SU_UNLIKE;
		differs[i] = likeness == SU_ALIKE_BUT;
	}
	return same && !may_have_moved(aligner, differs) ? differs : NULL;
}

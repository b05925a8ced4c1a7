/*
 * Alignment: see align.h.
 *
 * Every instruction gets a key that is equal on both sides when its form is.  Where both functions are
 * one code but for constants and references, each pairs with that in its place (same_code.c).  Else
 * both control flows are followed in step (align_flow.c): blocks may stand in another order.  What is
 * left is aligned in linear order, as happens when code was inserted into a block: common ends are
 * paired, what lies between by dynamic programming in small tables, else between anchors (keys that
 * occur once on each side, increasing on both).  Then control flow is followed once more from there.
 */
#include "checkpoint/align/align.h"

#include <stdlib.h>
#include <string.h>

#include "base/search.h"
#include "diff/compare.h"
#include "diff/moving.h"

#define MIN_COMMON 8u /* weight that two blocks do not have in common by chance */
#define MAX_ROUNDS 4
#define MAX_TABLE (4u << 20) /* cells of a dynamic programming table */

/* ---- keys ---- */

static uint64_t mix_text(uint64_t hash, const char *text)
{
	return su_hash(text, strlen(text), hash);
}

/* A routine or datum and its peer have one key: that of the old side's address. */
static uint64_t mix_meaning(uint64_t hash, const struct su_sequence *side, bool is_old,
			    uint64_t vaddr)
{
	struct su_meaning meaning = su_program_meaning(side->program, vaddr);
	const char *text;

	hash = su_hash_u64(hash, meaning.kind);
	switch (meaning.kind) {
	case SU_MEANS_ROUTINE:
		if (su_function_covers(side->routine->code, vaddr))
			return su_hash_u64(hash, 1);
		if (meaning.routine->peer && !is_old)
			return su_hash_u64(hash, meaning.routine->peer->vaddr);
		return su_hash_u64(hash, meaning.routine->peer ? meaning.routine->vaddr
							       : (uintptr_t)meaning.routine);
	case SU_MEANS_DATUM:
		hash = su_hash_u64(hash, su_moving_key(&meaning, is_old));
		if (meaning.datum->peer && !is_old)
			return su_hash_u64(hash, meaning.datum->peer->vaddr);
		return su_hash_u64(hash, meaning.datum->peer ? meaning.datum->vaddr
							     : (uintptr_t)meaning.datum);
	case SU_MEANS_IMPORT:
		return mix_text(hash, meaning.import.symbol->name);
	case SU_MEANS_ANONYMOUS:
		text = su_program_string_at(side->program, vaddr);
		return text ? mix_text(hash, text) : hash;
	default:
		return hash;
	}
}

static bool is_frame_base(const struct su_sequence *side, uint8_t reg)
{
	return reg == SU_REG_SP || (reg == SU_REG_FP && side->has_frame_pointer);
}

static uint64_t mix_operand(uint64_t hash, const struct su_sequence *side,
			    const struct su_insn *insn, const struct su_operand *operand)
{
	if (operand->kind == SU_OP_IMM && insn->flow != SU_FLOW_NEXT)
		return hash; /* a target, near or far */
	hash = su_hash_u64(hash, operand->kind | (uint64_t)operand->size << 8);
	if (operand->kind == SU_OP_MEM) {
		hash = su_hash_u64(hash, operand->segment);
		if (operand->base != SU_REG_PC && !is_frame_base(side, operand->base))
			hash = su_hash_u64(hash, (uint64_t)operand->disp);
		return su_hash_u64(hash, operand->index != SU_REG_NONE ? operand->scale : 0);
	}
	if (operand->kind == SU_OP_IMM &&
	    !(insn->operands[0].kind == SU_OP_REG && insn->operands[0].reg == SU_REG_SP))
		hash = su_hash_u64(hash, (uint64_t)operand->imm);
	return hash;
}

static uint64_t inline_context(const struct su_program *program, uint64_t vaddr)
{
	const char *names[16];
	size_t count = su_debug_inlined_at(program->debug, vaddr, names, 16);
	uint64_t hash = count;

	for (size_t i = 0; i < count && i < 16; i++)
		hash = mix_text(hash, names[i]);
	return hash;
}

static bool is_plain_jump(const struct su_sequence *side, const struct su_insn *insn)
{
	return insn->flow == SU_FLOW_JUMP && su_function_covers(side->routine->code, insn->target);
}

/* A branch and its negation are one: compilers choose by what they lay out next. */
static uint64_t operation_of(const struct su_insn *insn)
{
	int condition = su_insn_condition(insn);

	return insn->flow == SU_FLOW_COND && condition >= 0 ? (uint64_t)condition >> 1
							    : insn->mnemonic;
}

static struct su_align_item item_of(const struct su_sequence *side, bool is_old,
				    const struct su_insn *insn)
{
	struct su_align_item item = { .key = su_hash_u64(operation_of(insn), insn->flow),
				      .weight = 2 };

	item.key = su_hash_u64(item.key, inline_context(side->program, insn->vaddr));
	for (uint8_t i = 0; i < insn->operand_count; i++)
		item.key = mix_operand(item.key, side, insn, &insn->operands[i]);
	for (int f = 0; f < 2; f++) {
		if (!insn->fields[f].size)
			continue;
		item.key = mix_meaning(item.key, side, is_old, insn->fields[f].target);
		item.weight += 4;
	}
	if (insn->opcode == SU_OPC_CALL)
		item.weight += 8;
	if (insn->opcode == SU_OPC_NOP || is_plain_jump(side, insn))
		item.weight = 0; /* where such stand says nothing */
	return item;
}

static void make_items(struct su_sequence *side, struct su_arena *arena, bool is_old)
{
	const struct su_function *code = side->routine->code;
	struct su_align_item *items;

	side->has_frame_pointer = su_align_has_frame_pointer(code);
	side->count = (uint32_t)code->insn_count;
	side->items = items = su_arena_alloc(arena, (side->count + 1) * sizeof(*items));
	for (uint32_t i = 0; i < side->count; i++)
		items[i] = item_of(side, is_old, &code->insns[i]);
	su_align_note_values(code, items);
}

/* ---- pairing ---- */

void su_align_pair(struct su_aligner *aligner, uint32_t old_insn, uint32_t new_insn)
{
	if (!aligner->a.items[old_insn].weight)
		return;
	aligner->new_of[old_insn] = new_insn;
	aligner->old_of[new_insn] = old_insn;
}

static struct su_range pair_ends(struct su_aligner *aligner, struct su_range range)
{
	while (range.a0 < range.a1 && range.b0 < range.b1 &&
	       su_align_equal(aligner, range.a0, range.b0))
		su_align_pair(aligner, range.a0++, range.b0++);
	while (range.a0 < range.a1 && range.b0 < range.b1 &&
	       su_align_equal(aligner, range.a1 - 1, range.b1 - 1))
		su_align_pair(aligner, --range.a1, --range.b1);
	return range;
}

uint32_t su_align_common(struct su_aligner *aligner, struct su_range range,
			 void (*found)(struct su_aligner *aligner, uint32_t i, uint32_t j))
{
	uint32_t rows = range.a1 - range.a0, columns = range.b1 - range.b0, total;
	uint32_t *best = su_alloc((size_t)(rows + 1) * (columns + 1) * sizeof(*best));
#define BEST(i, j) best[(size_t)(i) * (columns + 1) + (j)]

	for (uint32_t i = rows; i-- > 0;) {
		for (uint32_t j = columns; j-- > 0;) {
			uint32_t skip_a = BEST(i + 1, j), skip_b = BEST(i, j + 1);
			uint32_t score = skip_a > skip_b ? skip_a : skip_b;

			if (su_align_equal(aligner, range.a0 + i, range.b0 + j)) {
				uint32_t both =
					BEST(i + 1, j + 1) + aligner->a.items[range.a0 + i].weight;
				score = both > score ? both : score;
			}
			BEST(i, j) = score;
		}
	}
	for (uint32_t i = 0, j = 0; found && i < rows && j < columns;) {
		if (su_align_equal(aligner, range.a0 + i, range.b0 + j) &&
		    BEST(i, j) == BEST(i + 1, j + 1) + aligner->a.items[range.a0 + i].weight)
			found(aligner, range.a0 + i++, range.b0 + j++);
		else if (BEST(i, j) == BEST(i + 1, j))
			i++;
		else
			j++;
	}
	total = BEST(0, 0);
#undef BEST
	free(best);
	return total;
}

/* ---- anchors ---- */

struct anchor {
	uint32_t a, b;
	uint32_t previous; /* index of the anchor before it in the best chain */
};

struct occurrence {
	uint32_t count_a, count_b, a, b;
};

static struct occurrence *count_keys(const struct su_aligner *aligner, struct su_range range,
				     struct su_map *map)
{
	struct occurrence *occurrences =
		su_alloc((size_t)(range.a1 - range.a0 + 1) * sizeof(*occurrences));
	size_t used = 0;

	for (uint32_t i = range.a0; i < range.a1; i++) {
		struct occurrence *known = su_map_get_u64(map, aligner->a.items[i].key);

		if (!known) {
			known = &occurrences[used++];
			su_map_put_u64(map, aligner->a.items[i].key, known);
		}
		known->count_a++;
		known->a = i;
	}
	for (uint32_t j = range.b0; j < range.b1; j++) {
		struct occurrence *known = su_map_get_u64(map, aligner->b.items[j].key);

		if (known) {
			known->count_b++;
			known->b = j;
		}
	}
	return occurrences;
}

/* A pile by the anchor on its top. */
struct top {
	uint32_t anchor, b;
};

static bool is_top_before(const void *top, const void *b)
{
	return ((const struct top *)top)->b < *(const uint32_t *)b;
}

/* The longest chain of anchors that increases on both sides (patience sorting). */
static size_t longest_chain(struct anchor *anchors, size_t count, uint32_t *chain)
{
	struct top *tops = su_alloc((count + 1) * sizeof(*tops));
	size_t piles = 0;

	for (uint32_t i = 0; i < count; i++) {
		size_t low = su_search(tops, piles, sizeof(*tops), &anchors[i].b, is_top_before);

		anchors[i].previous = low ? tops[low - 1].anchor : UINT32_MAX;
		tops[low] = (struct top){ i, anchors[i].b };
		if (low == piles)
			piles++;
	}
	for (uint32_t i = piles ? tops[piles - 1].anchor : UINT32_MAX, at = (uint32_t)piles;
	     i != UINT32_MAX; i = anchors[i].previous)
		chain[--at] = i;
	free(tops);
	return piles;
}

static void align_range(struct su_aligner *aligner, struct su_range range);

static bool align_by_anchors(struct su_aligner *aligner, struct su_range range)
{
	struct su_map *map = su_map_create();
	struct occurrence *occurrences = count_keys(aligner, range, map);
	SU_VEC(struct anchor) anchors = { 0 };

	for (uint32_t i = range.a0; i < range.a1; i++) {
		const struct occurrence *known = su_map_get_u64(map, aligner->a.items[i].key);

		if (known->count_a == 1 && known->count_b == 1 && aligner->a.items[i].weight)
			su_vec_push(&anchors, (struct anchor){ .a = i, .b = known->b });
	}
	uint32_t *chain = su_alloc((anchors.len + 1) * sizeof(*chain));
	size_t length = longest_chain(anchors.at, anchors.len, chain);
	struct su_range rest = range;

	for (size_t i = 0; i < length; i++) {
		const struct anchor *anchor = &anchors.at[chain[i]];

		align_range(aligner, (struct su_range){ rest.a0, anchor->a, rest.b0, anchor->b });
		su_align_pair(aligner, anchor->a, anchor->b);
		rest.a0 = anchor->a + 1;
		rest.b0 = anchor->b + 1;
	}
	if (length)
		align_range(aligner, rest);
	free(chain);
	free(occurrences);
	su_vec_deinit(&anchors);
	su_map_destroy(map);
	return length > 0;
}

static void align_range(struct su_aligner *aligner, struct su_range range)
{
	range = pair_ends(aligner, range);
	if (range.a0 == range.a1 || range.b0 == range.b1)
		return;
	if ((uint64_t)(range.a1 - range.a0 + 1) * (range.b1 - range.b0 + 1) <= MAX_TABLE)
		su_align_common(aligner, range, su_align_pair);
	else
		align_by_anchors(aligner, range);
}

/* ---- what control flow left ---- */

static uint32_t *make_unpaired(struct su_arena *arena, uint32_t count)
{
	uint32_t *array = su_arena_alloc(arena, (count + 1) * sizeof(*array));

	memset(array, 0xff, (count + 1) * sizeof(*array));
	return array;
}

/* The instructions of a side without a pair: their numbers, and their items. */
static uint32_t *leftover_of(struct su_arena *arena, const struct su_sequence *side,
			     const uint32_t *other_of, struct su_sequence *ret)
{
	uint32_t *numbers = su_arena_alloc(arena, (side->count + 1) * sizeof(*numbers));

	struct su_align_item *items = su_arena_alloc(arena, (side->count + 1) * sizeof(*items));

	*ret = *side;
	ret->items = items;
	ret->count = 0;
	for (uint32_t i = 0; i < side->count; i++) {
		if (other_of[i] != SU_NO_INSN)
			continue;
		numbers[ret->count] = i;
		items[ret->count++] = side->items[i];
	}
	return numbers;
}

/* Instructions of blocks that are paired with other blocks do not belong together. */
static bool blocks_agree(const struct su_aligner *aligner, uint32_t i, uint32_t j)
{
	uint32_t block_a = aligner->a.routine->code->block_of[i];
	uint32_t block_b = aligner->b.routine->code->block_of[j];
	uint32_t pair_a = aligner->new_block[block_a], pair_b = aligner->old_block[block_b];

	return pair_a == UINT32_MAX || pair_b == UINT32_MAX || pair_a == block_b;
}

static bool align_leftover(struct su_arena *arena, struct su_aligner *aligner)
{
	struct su_aligner rest = { 0 };
	bool found = false;
	uint32_t *in_a = leftover_of(arena, &aligner->a, aligner->new_of, &rest.a);
	uint32_t *in_b = leftover_of(arena, &aligner->b, aligner->old_of, &rest.b);

	rest.new_of = make_unpaired(arena, rest.a.count);
	rest.old_of = make_unpaired(arena, rest.b.count);
	align_range(&rest, (struct su_range){ 0, rest.a.count, 0, rest.b.count });
	for (uint32_t i = 0; i < rest.a.count; i++) {
		if (rest.new_of[i] == SU_NO_INSN ||
		    !blocks_agree(aligner, in_a[i], in_b[rest.new_of[i]]))
			continue;
		su_align_pair(aligner, in_a[i], in_b[rest.new_of[i]]);
		found = true;
	}
	return found;
}

/* ---- pairs that say nothing ---- */

static uint32_t block_weight(const struct su_sequence *side, uint32_t block)
{
	const struct su_block *b = &side->routine->code->blocks[block];
	uint32_t weight = 0;

	for (uint32_t i = b->first; i < b->first + b->count; i++)
		weight += side->items[i].weight;
	return weight;
}

static uint64_t block_pair(const struct su_aligner *aligner, uint32_t i)
{
	return (uint64_t)aligner->a.routine->code->block_of[i] << 32 |
	       aligner->b.routine->code->block_of[aligner->new_of[i]];
}

/* Single instructions of long stretches find a partner by chance: two blocks must have a third of
 * the smaller one in common, or a call, or the like. */
static void drop_chance_pairs(struct su_aligner *aligner)
{
	struct su_map *common = su_map_create();

	for (uint32_t i = 0; i < aligner->a.count; i++) {
		if (aligner->new_of[i] == SU_NO_INSN)
			continue;
		uint64_t pair = block_pair(aligner, i);
		uintptr_t sum = (uintptr_t)su_map_get_u64(common, pair);

		su_map_put_u64(common, pair, (void *)(sum + aligner->a.items[i].weight));
	}
	for (uint32_t i = 0; i < aligner->a.count; i++) {
		if (aligner->new_of[i] == SU_NO_INSN)
			continue;
		uint64_t pair = block_pair(aligner, i);
		uint32_t a = block_weight(&aligner->a, (uint32_t)(pair >> 32));
		uint32_t b = block_weight(&aligner->b, (uint32_t)pair);

		uintptr_t sum = (uintptr_t)su_map_get_u64(common, pair);

		if (sum * 3 >= (a < b ? a : b) || sum >= MIN_COMMON)
			continue;
		aligner->old_of[aligner->new_of[i]] = SU_NO_INSN;
		aligner->new_of[i] = SU_NO_INSN;
	}
	su_map_destroy(common);
}

/* ---- all of it ---- */

/* A call of another function is no pair: it may do something else (exchange.c). */
static void align_by_place(struct su_aligner *aligner, const bool *differs)
{
	for (uint32_t i = 0; i < aligner->a.count; i++) {
		if (!differs[i] || aligner->a.routine->code->insns[i].opcode != SU_OPC_CALL)
			su_align_pair(aligner, i, i);
	}
}

static void align_by_form(struct su_arena *arena, struct su_aligner *aligner)
{
	su_align_by_flow(aligner);
	for (int round = 0; round < MAX_ROUNDS; round++) { /* code may stand in another order */
		if (!align_leftover(arena, aligner))
			break;
		su_align_by_flow(aligner);
	}
	drop_chance_pairs(aligner);
}

struct su_alignment *su_align(struct su_arena *arena, const struct su_program *old_program,
			      const struct su_routine *old_routine,
			      const struct su_program *new_program,
			      const struct su_routine *new_routine)
{
	struct su_aligner aligner = { .a = { .program = old_program, .routine = old_routine },
				      .b = { .program = new_program, .routine = new_routine } };
	struct su_alignment *alignment = su_arena_alloc(arena, sizeof(*alignment));

	make_items(&aligner.a, arena, true);
	make_items(&aligner.b, arena, false);
	aligner.new_of = make_unpaired(arena, aligner.a.count);
	aligner.old_of = make_unpaired(arena, aligner.b.count);
	aligner.new_block = make_unpaired(arena, (uint32_t)old_routine->code->block_count);
	aligner.old_block = make_unpaired(arena, (uint32_t)new_routine->code->block_count);
	alignment->differs = su_align_same_code(arena, &aligner);
	if (alignment->differs)
		align_by_place(&aligner, alignment->differs);
	else
		align_by_form(arena, &aligner);
	alignment->old_items = aligner.a.items;
	alignment->new_items = aligner.b.items;
	alignment->new_of = aligner.new_of;
	alignment->old_of = aligner.old_of;
	return alignment;
}

struct su_alignment *su_align_reverse(struct su_arena *arena, const struct su_alignment *alignment)
{
	struct su_alignment *reverse = su_arena_alloc(arena, sizeof(*reverse));

	reverse->differs = alignment->differs;
	reverse->old_items = alignment->new_items;
	reverse->new_items = alignment->old_items;
	reverse->new_of = alignment->old_of;
	reverse->old_of = alignment->new_of;
	return reverse;
}

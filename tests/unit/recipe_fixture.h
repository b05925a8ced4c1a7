/*
 * Random recipes for tests of carry-over stubs, and random bytes for what they read; all of it
 * follows from `state`, the seed.
 */
#ifndef SU_TESTS_RECIPE_FIXTURE_H
#define SU_TESTS_RECIPE_FIXTURE_H

#include <stdint.h>

#include "base/alloc.h"
#include "checkpoint/stub.h"

#define CODE_SIZE (1 << 18) /* room for a stub; addresses that recipes name lie in it */
#define SLOT_COUNT 16	    /* words at its end that stubs load from */
#define ABOVE 256	    /* bytes of the caller's frame that recipes may name */
#define BELOW 2048	    /* depth of a frame at most */

static uint64_t state;

static inline uint64_t next_number(void) /* splitmix64 */
{
	uint64_t z = state += 0x9e3779b97f4a7c15;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
	return z ^ (z >> 31);
}

static inline uint64_t below(uint64_t limit)
{
	return next_number() % limit;
}

static inline uint8_t any_register(void)
{
	uint8_t reg = (uint8_t)below(15);

	return reg < SU_RSP ? reg : (uint8_t)(reg + 1);
}

static inline int64_t any_number(void)
{
	return (int64_t)(next_number() >> below(64)) * (below(2) ? 1 : -1);
}

static inline struct su_source *any_source(struct su_arena *arena, const struct su_recipe *recipe,
					   int depth);

static inline void any_operation(struct su_arena *arena, const struct su_recipe *recipe, int depth,
				 struct su_source *ret)
{
	ret->op = (uint8_t)below(SU_EXPR_SX + 1);
	ret->a = any_source(arena, recipe, depth + 1);
	switch (ret->op) {
	case SU_EXPR_SUM:
		ret->imm = (int32_t)any_number();
		ret->size = (uint8_t)(1u << below(4));
		if (below(2))
			ret->b = any_source(arena, recipe, depth + 1);
		break;
	case SU_EXPR_SUB:
		ret->b = any_source(arena, recipe, depth + 1);
		break;
	case SU_EXPR_AND:
	case SU_EXPR_OR:
	case SU_EXPR_XOR:
	case SU_EXPR_MUL:
		ret->imm = any_number();
		if (below(2))
			ret->b = any_source(arena, recipe, depth + 1);
		break;
	case SU_EXPR_ZX:
	case SU_EXPR_SX:
		ret->size = (uint8_t)(1u << below(3));
		break;
	default:
		ret->imm = (int64_t)below(64);
		break;
	}
}

static inline struct su_source *any_source(struct su_arena *arena, const struct su_recipe *recipe,
					   int depth)
{
	struct su_source *source = su_arena_alloc(arena, sizeof(*source));

	source->kind = (enum su_source_kind)below(depth < 4 ? SU_SOURCE_OP + 1 : SU_SOURCE_OP);
	source->size = (uint8_t)(1u << below(4));
	source->sign_extend = below(2);
	switch (source->kind) {
	case SU_SOURCE_CONST:
		source->imm = any_number();
		source->size = 0;
		break;
	case SU_SOURCE_SLOT:
		source->imm = CODE_SIZE - (int64_t)(below(SLOT_COUNT) + 1) * 8;
		source->size = 0;
		break;
	case SU_SOURCE_ADDR:
		source->imm = (int64_t)below(CODE_SIZE);
		source->size = 0;
		break;
	case SU_SOURCE_REG:
		source->reg = any_register();
		break;
	case SU_SOURCE_FRAME:
	case SU_SOURCE_MEMORY:
		source->imm =
			recipe->from_sp + (int64_t)below((uint64_t)(ABOVE - recipe->from_sp - 8));
		break;
	case SU_SOURCE_CANARY:
		source->size = 0;
		break;
	case SU_SOURCE_OP:
		source->size = 0;
		any_operation(arena, recipe, depth, source);
		break;
	}
	return source;
}

static inline void add_registers(struct su_arena *arena, struct su_recipe *recipe)
{
	for (uint8_t reg = 0; reg < 16; reg++) {
		if (reg == SU_RSP || below(3) == 0)
			continue;
		su_vec_push(&recipe->moves,
			    (struct su_move){ .reg = reg,
					      .size = 8,
					      .source = any_source(arena, recipe, 0) });
	}
}

static inline void add_cell(struct su_arena *arena, struct su_recipe *recipe, int64_t off,
			    uint32_t size)
{
	struct su_move move = { .to_memory = true, .off = off, .size = size };
	struct su_source *source = any_source(arena, recipe, 0);

	if (size == 16)
		*source = (struct su_source){ .kind = SU_SOURCE_MEMORY,
					      .size = 16,
					      .imm = recipe->from_sp +
						     (int64_t)below((uint64_t)(ABOVE - 16 -
									       recipe->from_sp)) };
	move.source = source;
	su_vec_push(&recipe->moves, move);
}

/* Cells and objects that do not overlap, from the new stack pointer up; the old places of objects
 * do not overlap either, and all move in one direction. */
static inline void add_memory(struct su_arena *arena, struct su_recipe *recipe)
{
	int64_t shift = (int64_t)below(300) - 150, old_end = recipe->from_sp;
	int64_t off = recipe->to_sp;

	while (off < 64) {
		uint32_t size = 1u << below(5);
		int64_t from;

		off += (int64_t)below(24);
		if (below(4) == 0) {
			size = (uint32_t)below(200) + 1;
			from = off - shift;
			if (shift && from >= old_end && from + size < ABOVE && off + size < ABOVE) {
				su_vec_push(&recipe->moves, (struct su_move){ .to_memory = true,
									      .off = off,
									      .from_off = from,
									      .size = size });
				old_end = from + size;
				shift += shift > 0 ? (int64_t)below(9) : -(int64_t)below(9);
			}
		} else {
			add_cell(arena, recipe, off, size);
		}
		off += size;
	}
}

static inline void shuffle(struct su_recipe *recipe)
{
	for (size_t i = recipe->moves.len; i > 1; i--) {
		size_t j = below(i);
		struct su_move move = recipe->moves.at[i - 1];

		recipe->moves.at[i - 1] = recipe->moves.at[j];
		recipe->moves.at[j] = move;
	}
}

static inline void fill(void *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++)
		((uint8_t *)bytes)[i] = (uint8_t)next_number();
}

static inline int64_t any_stack_pointer(void)
{
	return -8 - 8 * (int64_t)below(below(4) ? 16 : (BELOW - 8) / 8);
}

#endif

/*
 * What a value is made from, in words: `inspect` shows it.
 *
 * Registers and slots of the frame are called by the variables that they hold, where they hold one.
 * What is computed from variables and numbers alone is said as in the source: `lines + 1`, not
 * `zx32(sx32(rbx) + 1)`.  A conversion by itself is shown: a sign was taken into account.
 */
#include <string.h>

#include "checkpoint/side/frame.h"
#include "make/maker.h"

static const char *const operators[] = {
	[SU_EXPR_SUM] = "+", [SU_EXPR_SUB] = "-",  [SU_EXPR_AND] = "&",	 [SU_EXPR_OR] = "|",
	[SU_EXPR_XOR] = "^", [SU_EXPR_SHL] = "<<", [SU_EXPR_SHR] = ">>", [SU_EXPR_SAR] = ">>",
	[SU_EXPR_MUL] = "*", [SU_EXPR_NEG] = "-",  [SU_EXPR_NOT] = "~",	 [SU_EXPR_ZX] = "zx",
	[SU_EXPR_SX] = "sx",
};

static bool is_conversion(const struct su_source *source)
{
	return source->kind == SU_SOURCE_OP &&
	       (source->op == SU_EXPR_ZX || source->op == SU_EXPR_SX);
}

/* Whether it is made from variables and numbers alone. */
static bool has_source_terms(const struct su_source *source)
{
	switch (source->kind) {
	case SU_SOURCE_OP:
		return has_source_terms(source->a) && (!source->b || has_source_terms(source->b));
	case SU_SOURCE_REG:
	case SU_SOURCE_MEMORY:
		return source->name != NULL;
	default:
		return source->kind != SU_SOURCE_CANARY;
	}
}

static const char *term_text(struct su_arena *arena, const struct su_source *source);

static const char *operand_text(struct su_arena *arena, const struct su_source *source)
{
	const char *text = term_text(arena, source);

	return strchr(text, ' ') && !is_conversion(source) ? su_arena_format(arena, "(%s)", text)
							   : text;
}

static bool is_negated(const struct su_source *source)
{
	return source->kind == SU_SOURCE_OP && source->op == SU_EXPR_MUL && !source->b &&
	       source->imm == -1;
}

static const char *sum_text(struct su_arena *arena, const struct su_source *source)
{
	const char *text = term_text(arena, source->a);

	if (source->b && source->size != 1)
		text = su_arena_format(arena, "%s + %s*%u", text, operand_text(arena, source->b),
				       source->size);
	else if (source->b && is_negated(source->b))
		text = su_arena_format(arena, "%s - %s", text, operand_text(arena, source->b->a));
	else if (source->b)
		text = su_arena_format(arena, "%s + %s", text, term_text(arena, source->b));
	if (!source->imm)
		return text;
	return source->imm < 0
		       ? su_arena_format(arena, "%s - %lu", text, 0 - (unsigned long)source->imm)
		       : su_arena_format(arena, "%s + %lu", text, (unsigned long)source->imm);
}

static const char *operation_text(struct su_arena *arena, const struct su_source *source)
{
	const char *name = operators[source->op];

	if (source->op == SU_EXPR_SUM)
		return sum_text(arena, source);
	if (is_conversion(source))
		return su_arena_format(arena, "%s%u(%s)", name, source->size * 8u,
				       term_text(arena, source->a));
	if (source->op == SU_EXPR_NEG || source->op == SU_EXPR_NOT)
		return su_arena_format(arena, "%s%s", name, operand_text(arena, source->a));
	if (!source->b)
		return su_arena_format(arena, "%s %s %ld", operand_text(arena, source->a), name,
				       (long)source->imm);
	return su_arena_format(arena, "%s %s %s", operand_text(arena, source->a), name,
			       operand_text(arena, source->b));
}

static const char *leaf_text(struct su_arena *arena, const struct su_source *source)
{
	switch (source->kind) {
	case SU_SOURCE_CONST:
		return su_arena_format(arena, "%ld", (long)source->imm);
	case SU_SOURCE_ADDR:
		return su_arena_format(arena, "&0x%lx", (unsigned long)source->imm);
	case SU_SOURCE_SLOT:
		return su_arena_format(arena, "&%s", source->name);
	case SU_SOURCE_FRAME:
		return su_frame_name(arena, source->imm);
	case SU_SOURCE_CANARY:
		return "the canary";
	case SU_SOURCE_REG:
		return source->name ? source->name : su_reg_name(source->reg);
	default:
		return source->name
			       ? source->name
			       : su_arena_format(arena, "[%s]", su_frame_name(arena, source->imm));
	}
}

/* A part of an expression. */
static const char *term_text(struct su_arena *arena, const struct su_source *source)
{
	while (is_conversion(source) && has_source_terms(source))
		source = source->a;
	return source->kind == SU_SOURCE_OP ? operation_text(arena, source)
					    : leaf_text(arena, source);
}

const char *su_maker_source_text(struct su_arena *arena, const struct su_source *source)
{
	if (is_conversion(source) && source->a->kind != SU_SOURCE_OP)
		return operation_text(arena, source);
	return term_text(arena, source);
}

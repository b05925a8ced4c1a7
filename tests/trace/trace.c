/*
 * trace OLD NEW FUNCTION: what the checkpoint engine thinks of a changed function, as text.
 *
 * Both directions, each from the ground up: the instructions of both versions and which is which
 * (align/), the places that both reach in step (product/), what is equal where both have made a
 * call or begin a run (relate/), and the recipes.  Addresses are told by the things that they
 * mean, so that the text is the same wherever a linker has put them.
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/states.h"
#include "base/alloc.h"
#include "base/err.h"
#include "checkpoint/carry.h"
#include "checkpoint/relate/prover.h"
#include "checkpoint/side/frame.h"
#include "diff/compare.h"
#include "diff/match/match.h"

/* ---- addresses ---- */

static const char *offset_text(struct su_arena *arena, const char *name, int64_t off)
{
	return off ? su_arena_format(arena, "%s%+" PRId64, name, off) : name;
}

static const char *address_text(struct su_arena *arena, const struct su_side *side, uint64_t vaddr)
{
	struct su_meaning meaning = su_program_meaning(side->program, vaddr);
	const char *text;

	switch (meaning.kind) {
	case SU_MEANS_ROUTINE:
		return offset_text(arena, meaning.routine->name,
				   (int64_t)(vaddr - meaning.routine->vaddr));
	case SU_MEANS_DATUM:
		return offset_text(arena, meaning.datum->name, meaning.off);
	case SU_MEANS_IMPORT:
		return meaning.import.symbol->name;
	case SU_MEANS_ANONYMOUS:
		text = su_program_string_at(side->program, vaddr);
		return text ? su_arena_format(arena, "\"%s\"", text) : meaning.section->name;
	case SU_MEANS_LINKER:
		return meaning.name;
	default:
		return "?";
	}
}

static const char *instruction_text(struct su_arena *arena, const struct su_side *side,
				    const struct su_insn *insn)
{
	char buffer[256];
	char *text = su_arena_strdup(arena, su_insn_format(insn, buffer, sizeof(buffer)));
	char *address;

	for (int f = 0; f < 2; f++) {
		const char *name = insn->fields[f].size
					   ? address_text(arena, side, insn->fields[f].target)
					   : NULL;

		if (!name)
			continue;
		address = strstr(text, insn->flow == SU_FLOW_NEXT ? "(%rip)" : "0x");
		if (!address)
			continue;
		char *start = address;

		while (start > text && !strchr(" ,*", start[-1]))
			start--;
		char *end = address + strcspn(address, " ,");

		text = su_arena_format(arena, "%.*s%s%s", (int)(start - text), text, name, end);
	}
	return text;
}

/* ---- instructions ---- */

static void print_side(struct su_arena *arena, const struct su_side *side, const uint32_t *other_of)
{
	const struct su_function *code = side->routine->code;

	for (uint32_t i = 0; i < code->insn_count; i++) {
		if (code->blocks[code->block_of[i]].first == i)
			printf("  block %u\n", code->block_of[i]);
		printf("    %3u %s", i, instruction_text(arena, side, &code->insns[i]));
		if (other_of[i] != SU_NO_INSN)
			printf("  = %u", other_of[i]);
		putchar('\n');
	}
}

/* ---- product ---- */

static void print_number(const char *name, uint32_t number)
{
	if (number == SU_NO_BLOCK)
		printf(" %s -", name);
	else
		printf(" %s %u", name, number);
}

static void print_node(const struct su_product *product, uint32_t number)
{
	static const char *const modes[] = { "together", "from", "to", "lost" };
	const struct su_product_node *node = &product->nodes.at[number];

	printf("  node %u%s: %u..%u, %u..%u %s%s%s%s\n", number,
	       number < product->reached ? "" : " (not reached)", node->i, node->stop_i, node->j,
	       node->stop_j, modes[node->mode], node->in_step ? ", in step" : "",
	       node->after_entry ? ", from entry" : "", node->after_loss ? ", after loss" : "");
	for (size_t n = 0; n < product->pairs.len; n++) {
		const struct su_product_pair *pair = &product->pairs.at[n];

		if (pair->node == number)
			printf("    pair %u = %u\n", pair->i, pair->j);
	}
	for (uint32_t e = node->out; e < node->out + node->out_count; e++) {
		printf("    to node %u", product->edges.at[e].target);
		print_number("leaving", product->edges.at[e].from_pred);
		print_number("and", product->edges.at[e].to_pred);
		putchar('\n');
	}
	for (uint32_t n = 0; n < node->arrival_count; n++) {
		print_number(n < node->lost_count ? "   lost from" : "   elsewhere from",
			     product->arrivals.at[node->arrivals + n]);
		putchar('\n');
	}
}

/* ---- relations ---- */

static const char *location_text(struct su_arena *arena, const struct su_values *values,
				 uint32_t loc)
{
	if (loc == SU_LOC_FLAGS)
		return "flags";
	if (loc < SU_CELL_BASE)
		return su_reg_name((uint8_t)loc);
	return su_frame_name(arena, values->cells[loc - SU_CELL_BASE].off);
}

static bool tells(const struct su_values *values, uint32_t number)
{
	uint8_t kind = su_value_get(values, number)->kind;

	return kind != SU_VAL_NONE && kind != SU_VAL_UNDEFINED;
}

static bool *find_related(struct su_prover *prover, const struct su_product_pair *at)
{
	struct su_values *from = prover->pair->from->values, *to = prover->pair->to->values;
	uint32_t *u = su_alloc(from->loc_count * sizeof(*u));
	uint32_t *v = su_alloc(to->loc_count * sizeof(*v));
	bool *related = su_alloc((size_t)from->loc_count * to->loc_count);

	su_values_after(from, at->i, u);
	su_values_after(to, at->j, v);
	for (uint32_t l = 0; l < to->loc_count; l++) {
		for (uint32_t k = 0; k < from->loc_count; k++)
			related[l * from->loc_count + k] =
				tells(from, u[k]) && tells(to, v[l]) &&
				su_prover_related(prover, at, u[k], v[l]);
	}
	free(u);
	free(v);
	return related;
}

/* Registers that are the same in both first, then what else is, by locations of `to`. */
static void print_related(struct su_prover *prover, const struct su_product_pair *at)
{
	const struct su_values *from = prover->pair->from->values, *to = prover->pair->to->values;
	bool *related = find_related(prover, at);

	printf("  after %u and %u, in node %u\n    same", at->i, at->j, at->node);
	for (uint32_t l = 0; l < SU_CELL_BASE; l++) {
		if (related[l * from->loc_count + l])
			printf(" %s", location_text(NULL, from, l));
	}
	putchar('\n');
	for (uint32_t l = 0; l < to->loc_count; l++) {
		for (uint32_t k = 0; k < from->loc_count; k++) {
			if (related[l * from->loc_count + k] && (k != l || l >= SU_CELL_BASE))
				printf("    %s = %s\n", location_text(prover->pair->arena, to, l),
				       location_text(prover->pair->arena, from, k));
		}
	}
	free(related);
}

/* Where both have made a call, and at the first pair of each node. */
static void print_relations(const struct su_pair *pair)
{
	struct su_calls calls = { .pair = pair };
	struct su_prover prover = { .pair = pair, .calls = &calls };
	const struct su_product *product = pair->product;
	bool *begun = su_alloc(product->nodes.len + 1);

	for (size_t n = 0; n < product->pairs.len; n++) {
		const struct su_product_pair *at = &product->pairs.at[n];
		bool is_call = product->from->insns[at->i].opcode == SU_OPC_CALL;

		if (at->node >= product->reached || (begun[at->node] && !is_call))
			continue;
		begun[at->node] = true;
		print_related(&prover, at);
	}
	free(begun);
	su_prover_deinit(&prover);
	su_calls_deinit(&calls);
}

/* ---- recipes ---- */

static void print_source(const struct su_carry *carry, const struct su_source *source)
{
	static const char *const names[] = {
		[SU_EXPR_SUM] = "sum", [SU_EXPR_SUB] = "sub",	    [SU_EXPR_AND] = "and",
		[SU_EXPR_OR] = "or",   [SU_EXPR_XOR] = "xor",	    [SU_EXPR_SHL] = "shl",
		[SU_EXPR_SHR] = "shr", [SU_EXPR_SAR] = "sar",	    [SU_EXPR_MUL] = "mul",
		[SU_EXPR_NEG] = "neg", [SU_EXPR_NOT] = "not",	    [SU_EXPR_ZX] = "zx",
		[SU_EXPR_SX] = "sx",   [SU_EXPR_INSERT] = "insert",
	};

	switch (source->kind) {
	case SU_SOURCE_CONST:
		printf("%" PRId64, source->imm);
		break;
	case SU_SOURCE_ADDR:
		printf("&%s",
		       address_text(carry->pair.arena, carry->pair.to, (uint64_t)source->imm));
		break;
	case SU_SOURCE_SLOT:
		printf("&%s", source->name);
		break;
	case SU_SOURCE_FRAME:
		printf("&%s", su_frame_name(carry->pair.arena, source->imm));
		break;
	case SU_SOURCE_CANARY:
		printf("canary");
		break;
	case SU_SOURCE_REG:
		printf("%s:%u%s", su_reg_name(source->reg), source->size,
		       source->sign_extend ? " signed" : "");
		break;
	case SU_SOURCE_MEMORY:
		printf("[%s]:%u%s", su_frame_name(carry->pair.arena, source->imm), source->size,
		       source->sign_extend ? " signed" : "");
		break;
	case SU_SOURCE_OP:
		printf("%s:%u(", names[source->op], source->size);
		print_source(carry, source->a);
		if (source->b) {
			printf(", ");
			print_source(carry, source->b);
		}
		printf(", %" PRId64 ")", source->imm);
		break;
	}
}

static void print_move(const struct su_carry *carry, const struct su_move *move)
{
	if (move->to_memory)
		printf("    [%s]:%u <- ", su_frame_name(carry->pair.arena, move->off), move->size);
	else
		printf("    %s <- ", su_reg_name(move->reg));
	if (move->source)
		print_source(carry, move->source);
	else
		printf("bytes at %s", su_frame_name(carry->pair.arena, move->from_off));
	printf("  %s%s%s\n", su_derivation_name(move->derivation), move->name ? " of " : "",
	       move->name ? move->name : "");
}

static void print_recipe(const struct su_carry *carry, const struct su_recipe *recipe)
{
	printf("  %s %u", recipe->inside ? "before" : "after call", recipe->from_insn);
	if (recipe->reason) {
		printf(": none: %s\n", recipe->reason);
		return;
	}
	printf(" -> %s %u%s%s%s%s%s\n", recipe->lands ? "before" : "after", recipe->to_insn,
	       recipe->is_return ? ", return" : "", recipe->identity ? ", identity" : "",
	       recipe->seeded ? ", seeded" : "", recipe->pristine ? ", pristine" : "",
	       recipe->unheld ? ", unheld" : "");
	printf("    stack %s -> %s, pairing %d\n",
	       su_frame_name(carry->pair.arena, recipe->from_sp),
	       su_frame_name(carry->pair.arena, recipe->to_sp), (int)recipe->pairing);
	for (size_t i = 0; i < recipe->moves.len; i++)
		print_move(carry, &recipe->moves.at[i]);
}

/* ---- one pair ---- */

static void print_direction(struct su_carry *carry)
{
	const char *name = carry->pair.reverse ? "reverse" : "forward";

	printf("%s product\n", name);
	for (uint32_t n = 0; n < carry->pair.product->nodes.len; n++)
		print_node(carry->pair.product, n);
	printf("%s recipes\n", name);
	if (carry->pair.opaque)
		printf("  opaque: %s\n", carry->pair.opaque);
	if (carry->unsafe)
		printf("  unsafe: %s\n", carry->unsafe);
	for (size_t i = 0; i < carry->recipes.len; i++)
		print_recipe(carry, &carry->recipes.at[i]);
	if (carry->pair.opaque)
		return;
	printf("%s relations\n", name);
	print_relations(&carry->pair);
}

static void trace(struct su_arena *arena, const struct su_side *old_side,
		  const struct su_side *new_side)
{
	struct su_carry forward = { .pair = { .arena = arena, .from = old_side, .to = new_side } };
	struct su_carry reverse = {
		.pair = { .arena = arena, .from = new_side, .to = old_side, .reverse = true }
	};

	forward.pair.alignment = su_align(arena, old_side->program, old_side->routine,
					  new_side->program, new_side->routine);
	reverse.pair.alignment = su_align_reverse(arena, forward.pair.alignment);
	printf("old\n");
	print_side(arena, old_side, forward.pair.alignment->new_of);
	printf("new\n");
	print_side(arena, new_side, forward.pair.alignment->old_of);
	su_carry_derive_both(&forward, &reverse);
	print_direction(&forward);
	print_direction(&reverse);
	su_carry_deinit(&forward);
	su_carry_deinit(&reverse);
}

static const struct su_routine *find_routine(const struct su_program *program, const char *name)
{
	for (size_t i = 0; i < program->routines.len; i++) {
		if (strcmp(program->routines.at[i].name, name) == 0)
			return &program->routines.at[i];
	}
	return NULL;
}

static struct su_err *trace_pair(struct su_arena *arena, char **argv)
{
	struct su_program *old_program = NULL, *new_program = NULL;
	struct su_side old_side = { 0 }, new_side = { 0 };
	const struct su_routine *routine;

	SU_TRY(su_program_open(argv[1], NULL, 0, &old_program));
	SU_TRY(su_program_open(argv[2], NULL, 0, &new_program));
	su_match_programs(old_program, new_program);
	su_compare_programs(old_program, new_program);
	routine = find_routine(new_program, argv[3]);
	if (!routine || !routine->peer || !routine->changed)
		return su_err_new(SU_E_USAGE, "function '%s' is not in both programs, or equal",
				  argv[3]);
	SU_TRY(su_side_init(&old_side, arena, old_program, routine->peer));
	SU_TRY(su_side_init(&new_side, arena, new_program, routine));
	trace(arena, &old_side, &new_side);
	su_side_deinit(&old_side);
	su_side_deinit(&new_side);
	su_program_close(old_program);
	su_program_close(new_program);
	return NULL;
}

int main(int argc, char **argv)
{
	struct su_arena *arena = su_arena_create();
	struct su_err *err = argc == 4 ? trace_pair(arena, argv)
				       : su_err_new(SU_E_USAGE, "usage: trace OLD NEW FUNCTION");
	int status = err ? EXIT_FAILURE : EXIT_SUCCESS;

	if (err)
		fprintf(stderr, "trace: %s\n", su_err_message(err));
	su_err_destroy(err);
	su_arena_destroy(arena);
	return status;
}

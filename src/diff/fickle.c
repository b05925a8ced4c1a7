/* See fickle.h. What a compiler may take a function for is judged by its code, in its favour. */
#include "diff/fickle.h"

#include <stdlib.h>
#include <string.h>

enum answer { UNASKED = 0, ASKED, NO, YES };

struct search {
	struct su_program *program;
	uint8_t *pure,
		*other; /* enum answer by routine: has no effects; gives another result now */
};

bool su_fickle_constant_at(const struct su_program *program, uint64_t vaddr)
{
	struct su_meaning meaning = su_program_meaning(program, vaddr);

	return meaning.kind == SU_MEANS_DATUM && meaning.datum->constant &&
	       meaning.datum->in_place && meaning.datum->same == SU_SAME_NO;
}

static size_t index_of(const struct search *search, const struct su_routine *routine)
{
	return (size_t)(routine - search->program->routines.at);
}

/* Where control goes out of the function to; false: it stays. */
static bool leaves_for(const struct su_function *code, const struct su_insn *insn)
{
	switch (insn->flow) {
	case SU_FLOW_CALL:
		return true;
	case SU_FLOW_JUMP:
	case SU_FLOW_COND:
		return !su_function_covers(code, insn->target);
	default:
		return false;
	}
}

/* The function of this image that a call or a tail call is of, or NULL. */
static const struct su_routine *callee_of(const struct su_program *program,
					  const struct su_function *code,
					  const struct su_insn *insn)
{
	return leaves_for(code, insn) ? su_program_routine_at(program, insn->target) : NULL;
}

/* ---- without effects ---- */

/* Functions of the C library that compute, or write nothing but what they are given: a local array may
 * be that. */
static bool computes(const char *name)
{
	static const char *const prefixes[] = { "str",		"mem",
						"is",		"to",
						"abs",		"lab",
						"sqrt",		"pow",
						"exp",		"log",
						"sin",		"cos",
						"tan",		"ffs",
						"nto",		"hton",
						"ceil",		"floor",
						"round",	"lround",
						"atan",		"fm",
						"bse",		"ato",
						"div",		"ldiv",
						"__mem",	"__str",
						"__ctype",	"abort",
						"hyp",		"cbrt",
						"trunc",	"__stack_chk_fail",
						"__assert_fail" };

	for (size_t i = 0; i < sizeof(prefixes) / sizeof(*prefixes); i++)
		if (strncmp(name, prefixes[i], strlen(prefixes[i])) == 0)
			return true;
	return false;
}

static bool makes_frame_pointers(const struct su_function *code)
{
	for (size_t i = 0; i < code->insn_count; i++) {
		const struct su_operand *from = &code->insns[i].operands[1];

		if (code->insns[i].opcode == SU_OPC_LEA &&
		    (from->base == SU_REG_SP || from->base == SU_REG_FP))
			return true;
	}
	return false;
}

/* Stores to its own frame are no effects: by a pointer, it may be one if it makes such pointers. */
static bool stores(const struct su_function *code, const struct su_insn *insn)
{
	for (uint8_t i = 0; i < insn->operand_count; i++) {
		const struct su_operand *to = &insn->operands[i];

		if (to->kind != SU_OP_MEM || !to->written || to->base == SU_REG_SP ||
		    to->base == SU_REG_FP)
			continue;
		if (to->base >= 16 || to->segment != SU_REG_NONE || !makes_frame_pointers(code))
			return true;
	}
	return insn->is_syscall;
}

static bool is_pure(struct search *search, const struct su_routine *routine);

static bool has_effect(struct search *search, const struct su_function *code,
		       const struct su_insn *insn)
{
	const struct su_routine *callee = callee_of(search->program, code, insn);
	struct su_import import;

	if (insn->flow == SU_FLOW_CALL_IND || stores(code, insn))
		return true;
	if (callee)
		return !is_pure(search, callee);
	return leaves_for(code, insn) &&
	       !(su_image_import_at(search->program->image, insn->target, &import) &&
		 computes(import.symbol->name));
}

static bool is_pure(struct search *search, const struct su_routine *routine)
{
	uint8_t *answer = &search->pure[index_of(search, routine)];
	const struct su_function *code = routine->code;

	if (*answer == UNASKED) {
		*answer = ASKED;
		for (size_t i = 0; i < code->insn_count && *answer != NO; i++)
			if (has_effect(search, code, &code->insns[i]))
				*answer = NO;
		if (*answer != NO)
			*answer = YES;
	}
	return *answer != NO;
}

/* ---- with another result ---- */

static bool reads_changed(const struct su_program *program, const struct su_insn *insn)
{
	return (insn->fields[0].size && su_fickle_constant_at(program, insn->fields[0].target)) ||
	       (insn->fields[1].size && su_fickle_constant_at(program, insn->fields[1].target));
}

static bool gives_another(struct search *search, const struct su_routine *routine)
{
	uint8_t *answer = &search->other[index_of(search, routine)];
	const struct su_function *code = routine->code;

	if (*answer != UNASKED)
		return *answer == YES;
	*answer = routine->changed || !routine->peer ? YES : ASKED;
	for (size_t i = 0; i < code->insn_count && *answer != YES; i++) {
		const struct su_routine *callee = callee_of(search->program, code, &code->insns[i]);

		if (reads_changed(search->program, &code->insns[i]) ||
		    (callee && gives_another(search, callee)))
			*answer = YES;
	}
	return *answer == YES;
}

void su_fickle_find(struct su_program *program)
{
	size_t count = program->routines.len;
	SU_FREE uint8_t *pure = su_alloc(count + 1), *other = su_alloc(count + 1);
	struct search search = { program, pure, other };

	for (size_t i = 0; i < count; i++) {
		struct su_routine *routine = &program->routines.at[i];

		routine->fickle = !routine->startup && is_pure(&search, routine) &&
				  gives_another(&search, routine);
	}
}

/*
 * Whether a function returns: see build.h.
 *
 * A function of the image never returns when its code holds no return, no indirect jump, and no
 * jump out of it but to functions that never return; imports are known by name, or by the
 * attribute of their declaration (DWARF 5, 3.3.1): the compiler put no way back behind the call.
 * That is a proof, not a guess.  Functions that merely happen to end in a call of one that never
 * returns are not recognised unless every path does.
 */
#include <string.h>

#include "analysis/analysis_private.h"

#define MAX_DEPTH 4
#define MAX_SIZE 4096

static bool is_known_to_exit(const char *name)
{
	static const char *const names[] = {
		"abort",
		"exit",
		"_exit",
		"_Exit",
		"quick_exit",
		"__assert_fail",
		"__assert",
		"__assert_perror_fail",
		"__stack_chk_fail",
		"__chk_fail",
		"__fortify_fail",
		"longjmp",
		"_longjmp",
		"siglongjmp",
		"__longjmp_chk",
		"pthread_exit",
		"err",
		"errx",
		"verr",
		"verrx",
		"_Unwind_Resume",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (!strcmp(name, names[i]))
			return true;
	}
	return false;
}

static bool import_never_returns(const struct su_build *build, const struct su_import *import)
{
	const char *name = import->symbol->name;

	return import->form != SU_IMPORT_COPY &&
	       (is_known_to_exit(name) ||
		(build->debug && su_debug_declared_noreturn(build->debug, name)));
}

static bool never_returns(const struct su_build *build, uint64_t vaddr, unsigned depth);

/* Whether `insn`, of the function that is `symbol`, shows no way back to the caller. */
static bool keeps_control(const struct su_build *build, const struct su_symbol *symbol,
			  const struct su_insn *insn, unsigned depth)
{
	switch (insn->flow) {
	case SU_FLOW_RET:
	case SU_FLOW_JUMP_IND:
		return false;
	case SU_FLOW_JUMP:
	case SU_FLOW_COND:
		return insn->target - symbol->vaddr < symbol->size ||
		       never_returns(build, insn->target, depth);
	default:
		return true;
	}
}

static bool body_never_returns(const struct su_build *build, const struct su_symbol *symbol,
			       unsigned depth)
{
	const uint8_t *code = su_image_bytes(build->image, symbol->vaddr, symbol->size);
	struct su_insn insn = { 0 };

	if (!code || symbol->size > MAX_SIZE)
		return false;
	for (uint64_t off = 0; off < symbol->size; off += insn.length) {
		if (!su_insn_decode(code + off, symbol->size - off, symbol->vaddr + off, &insn) ||
		    !keeps_control(build, symbol, &insn, depth))
			return false;
	}
	return insn.flow != SU_FLOW_NEXT && insn.flow != SU_FLOW_COND;
}

static bool never_returns(const struct su_build *build, uint64_t vaddr, unsigned depth)
{
	struct su_import import;

	if (depth == 0)
		return false;
	if (su_image_import_at(build->image, vaddr, &import))
		return import_never_returns(build, &import);
	const struct su_symbol *symbol = su_image_symbol_at(build->image, vaddr);
	return symbol && symbol->vaddr == vaddr && symbol->type == STT_FUNC && symbol->size &&
	       body_never_returns(build, symbol, depth - 1);
}

bool su_build_exits(const struct su_build *build, const struct su_insn *call)
{
	struct su_import import;

	return call->flow == SU_FLOW_CALL &&
	       su_image_import_at(build->image, call->target, &import) &&
	       import_never_returns(build, &import);
}

bool su_build_never_returns(const struct su_build *build, const struct su_insn *call)
{
	const struct su_operand *op = &call->operands[0];

	if (call->flow == SU_FLOW_CALL)
		return never_returns(build, call->target, MAX_DEPTH);
	return call->flow == SU_FLOW_CALL_IND && op->kind == SU_OP_MEM && op->base == SU_REG_PC &&
	       never_returns(build, (uint64_t)op->disp, 1);
}

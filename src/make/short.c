/*
 * Functions too short for an entry jump: see maker.h.
 *
 * Such a function can be left alone at its old address when nothing calls it there any more: all of
 * its callers are direct calls in this image, and they count as changed.  Bodies in the patch call
 * its new body.
 */
#include <string.h>

#include "arch/code.h"
#include "make/maker.h"

#include "base/reason.h"

static bool has_room(const struct su_program *program, const struct su_routine *routine)
{
	const struct su_function *code = routine->code;
	uint64_t skip = code->insn_count && code->insns[0].is_endbr ? code->insns[0].length : 0;
	uint64_t size = routine->parts[0].size;

	return size + su_maker_padding(program, routine->vaddr + size) >= skip + SU_NEAR_JUMP;
}

static bool is_exported(const struct su_image *image, const struct su_routine *routine)
{
	for (size_t i = 0; i < image->symbol_count; i++) {
		if (image->symbols[i].dynamic && image->symbols[i].vaddr == routine->vaddr)
			return true;
	}
	for (size_t i = 0; i < image->reloc_count; i++) {
		if (!image->relocs[i].symbol && (uint64_t)image->relocs[i].addend == routine->vaddr)
			return true;
	}
	return false;
}

static bool is_branch(const struct su_insn *insn)
{
	return insn->flow == SU_FLOW_CALL || insn->flow == SU_FLOW_JUMP ||
	       insn->flow == SU_FLOW_COND;
}

/* Whether `caller` branches to `vaddr`; *ret_taken when it takes the address instead. */
static bool refers_to(const struct su_routine *caller, uint64_t vaddr, bool *ret_taken)
{
	bool calls = false;

	for (size_t i = 0; i < caller->code->insn_count; i++) {
		const struct su_insn *insn = &caller->code->insns[i];

		for (int f = 0; f < 2; f++) {
			if (!insn->fields[f].size || insn->fields[f].target != vaddr)
				continue;
			if (is_branch(insn))
				calls = true;
			else
				*ret_taken = true;
		}
	}
	return calls;
}

static struct su_err *excluded_caller(const struct su_routine *caller,
				      const struct su_routine *routine)
{
	return su_refuse(SU_WHY_TOO_SHORT_EXCLUDED, routine->name, caller->name);
}

static struct su_err *bypass_routine(struct su_program *program, struct su_routine *routine)
{
	bool taken = is_exported(program->image, routine);

	for (size_t i = 0; i < program->routines.len; i++) {
		struct su_routine *caller = &program->routines.at[i];

		if (caller == routine || !refers_to(caller, routine->vaddr, &taken))
			continue;
		if (caller->excluded)
			return excluded_caller(caller, routine);
		if (caller->peer && !caller->changed) {
			caller->changed = caller->peer->changed = true;
			caller->reason = caller->peer->reason = su_arena_format(
				program->arena, SU_WHY_CALLS_TOO_SHORT, routine->name);
		}
	}
	if (taken)
		return su_refuse(SU_WHY_TOO_SHORT_ADDRESS, routine->name, routine->unit);
	routine->bypassed = true;
	return NULL;
}

struct su_err *su_bypass_short_functions(struct su_program *old_program)
{
	bool again = true;

	while (again) { /* a caller may be too short itself */
		again = false;
		for (size_t i = 0; i < old_program->routines.len; i++) {
			struct su_routine *routine = &old_program->routines.at[i];

			if (!routine->changed || routine->bypassed ||
			    has_room(old_program, routine))
				continue;
			SU_TRY(bypass_routine(old_program, routine));
			again = true;
		}
	}
	return NULL;
}

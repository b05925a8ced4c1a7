/* Who calls whom: see reach.h. */
#include "make/reach.h"

#define MAX_DEPTH 4	    /* calls between the two functions */
#define MAX_POINTER_DEPTH 2 /* the call through a pointer is one of the first of them */

static bool is_branch(const struct su_insn *insn)
{
	return insn->flow == SU_FLOW_CALL || insn->flow == SU_FLOW_JUMP ||
	       insn->flow == SU_FLOW_COND;
}

static void take(struct su_reach *reach, uint64_t vaddr)
{
	const struct su_routine *routine = su_program_routine_at(reach->program, vaddr);

	if (routine && routine->vaddr == vaddr)
		su_map_put_u64(reach->taken, vaddr, (void *)routine);
}

static void take_from_code(struct su_reach *reach, const struct su_routine *routine)
{
	for (uint32_t i = 0; routine->code && i < routine->code->insn_count; i++) {
		const struct su_insn *insn = &routine->code->insns[i];

		for (int f = 0; f < 2 && !is_branch(insn); f++) {
			if (insn->fields[f].size)
				take(reach, insn->fields[f].target);
		}
	}
}

void su_reach_init(struct su_reach *reach, const struct su_program *program)
{
	const struct su_image *image = program->image;

	reach->program = program;
	reach->taken = su_map_create();
	for (size_t i = 0; i < image->reloc_count; i++) {
		const struct su_dynreloc *reloc = &image->relocs[i];

		take(reach, (reloc->symbol ? reloc->symbol->vaddr : 0) + (uint64_t)reloc->addend);
	}
	for (size_t i = 0; i < program->routines.len; i++)
		take_from_code(reach, &program->routines.at[i]);
}

void su_reach_deinit(struct su_reach *reach)
{
	su_map_destroy(reach->taken);
}

/* Through a slot that holds a function of another image. */
static bool calls_import(const struct su_reach *reach, const struct su_insn *insn)
{
	const struct su_operand *operand = &insn->operands[0];
	const struct su_dynreloc *reloc;
	size_t count = 0;

	if (operand->kind != SU_OP_MEM || operand->base != SU_REG_PC ||
	    operand->index != SU_REG_NONE)
		return false;
	reloc = su_image_relocs_in(reach->program->image, (uint64_t)operand->disp, 8, &count);
	return count && reloc->symbol && !reloc->symbol->vaddr;
}

static bool leads_to(const struct su_reach *reach, const struct su_routine *from,
		     const struct su_routine *to, int depth);

static bool leads_by(const struct su_reach *reach, const struct su_routine *caller,
		     const struct su_insn *insn, const struct su_routine *to, int depth)
{
	const struct su_routine *callee;

	if (insn->flow == SU_FLOW_CALL_IND)
		return depth <= MAX_POINTER_DEPTH && su_map_get_u64(reach->taken, to->vaddr) &&
		       !calls_import(reach, insn);
	if (insn->flow != SU_FLOW_CALL && insn->flow != SU_FLOW_JUMP)
		return false;
	callee = su_program_routine_at(reach->program, insn->target);
	if (!callee || callee == caller)
		return false;
	return callee == to || (depth < MAX_DEPTH && leads_to(reach, callee, to, depth + 1));
}

static bool leads_to(const struct su_reach *reach, const struct su_routine *from,
		     const struct su_routine *to, int depth)
{
	for (uint32_t i = 0; from->code && i < from->code->insn_count; i++) {
		if (leads_by(reach, from, &from->code->insns[i], to, depth))
			return true;
	}
	return false;
}

bool su_reach_by(const struct su_reach *reach, const struct su_routine *caller,
		 const struct su_insn *insn, const struct su_routine *to)
{
	return leads_by(reach, caller, insn, to, 1);
}

bool su_reach_from(const struct su_reach *reach, const struct su_routine *from,
		   const struct su_routine *to)
{
	return leads_to(reach, from, to, 1);
}

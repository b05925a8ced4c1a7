/*
 * Memory without a type that is read in another form: see maker.h.
 *
 * A cast alone may say what memory is (`((long *)p)[i]`, where it was `((int *)p)[i]`): no variable has a
 * type that tells. The code does: it multiplies the index by the size of an element, and reads or writes
 * as much.  A pointer counts as the same one if both versions load it from the same variable or from
 * the same place in what another pointer leads to, or are given it as the same argument of no type. Where all elements
 * behind it had one size, and all have another one now, what is there would be read wrongly.
 */
#include <string.h>

#include "analysis/define.h"
#include "analysis/states.h"
#include "arch/abi.h"
#include "base/reason.h"
#include "make/maker.h"

/* Where a pointer comes from. */
struct origin {
	enum { OF_NOTHING, IN_VARIABLE, OF_VARIABLE, OF_ARGUMENT, OF_MEMBER } kind;
	uint64_t key;	  /* register, or offset */
	const char *name; /* of the variable */
};

struct element {
	struct origin origin;
	uint64_t size;
	uint64_t vaddr; /* of an instruction */
};

typedef SU_VEC(struct element) element_vec;

/* ---- pointers ---- */

static bool is_typeless(const struct su_side *side, uint32_t reg)
{
	for (uint32_t i = 0; i < side->local_count; i++) {
		const struct su_local *local = &side->locals[i];
		struct su_loc at = su_debug_local_at(side->program->debug, side->routine->vaddr, i,
						     su_function_start(side->routine->code));

		if (su_local_is_own_parameter(local) && at.kind == SU_LOC_REG && at.reg == reg)
			return local->type_name && strstr(local->type_name, "void");
	}
	return false;
}

/* Of what is kept where it is. */
static struct origin origin_of_variable(const struct su_side *side, uint64_t vaddr, int kind)
{
	struct su_meaning meaning = su_program_meaning(side->program, vaddr);

	if (meaning.kind != SU_MEANS_DATUM || !meaning.datum->peer || meaning.datum->constant ||
	    meaning.datum->moves)
		return (struct origin){ 0 };
	return (struct origin){ kind, (uint64_t)meaning.off, meaning.datum->name };
}

static struct origin origin_of_load(const struct su_side *side, const struct su_insn *insn)
{
	const struct su_operand *from = &insn->operands[1];

	if (insn->opcode != SU_OPC_MOV || from->kind != SU_OP_MEM || from->size != 8 ||
	    from->index != SU_REG_NONE || from->segment != SU_REG_NONE)
		return (struct origin){ 0 };
	if (from->base < 16)
		return (struct origin){ OF_MEMBER, (uint64_t)from->disp, NULL };
	if (from->base != SU_REG_PC)
		return (struct origin){ 0 };
	return origin_of_variable(side, (uint64_t)from->disp, OF_VARIABLE);
}

static struct origin origin_of(const struct su_side *side, uint32_t number)
{
	const struct su_value *value = su_value_get(side->values, number);

	if (value->kind == SU_VAL_DEF)
		return origin_of_load(side, &side->values->code->insns[value->where]);
	if (value->kind == SU_VAL_ADDR)
		return origin_of_variable(side, (uint64_t)value->imm, IN_VARIABLE);
	if (value->kind == SU_VAL_ENTRY && su_abi_is_argument((uint8_t)value->loc) &&
	    is_typeless(side, value->loc))
		return (struct origin){ OF_ARGUMENT, value->loc, NULL };
	return (struct origin){ 0 };
}

/* ---- elements ---- */

/* What an index is multiplied by; 1: nothing that shows. */
static uint64_t factor_of(const struct su_side *side, uint32_t number)
{
	const struct su_value *value = su_value_get(side->values, number);

	if (value->kind != SU_VAL_EXPR)
		return 1;
	if (value->op == SU_EXPR_SHL && value->imm < 4)
		return 1ull << value->imm;
	if (value->op == SU_EXPR_MUL && !value->args[1])
		return (uint64_t)value->imm;
	return value->op == SU_EXPR_SUM && value->args[1] ? value->size : 1;
}

static void add_element(const struct su_side *side, uint32_t pointer, uint64_t scale,
			const struct su_operand *operand, uint64_t vaddr, element_vec *elements)
{
	struct origin origin = origin_of(side, pointer);

	if (origin.kind != OF_NOTHING && scale > 1 && scale == operand->size)
		su_vec_push(elements, (struct element){ origin, scale, vaddr });
}

static void look_at_operand(struct su_side *side, const struct su_insn *insn,
			    const struct su_operand *operand, const uint32_t *state,
			    element_vec *elements)
{
	uint32_t number = su_transfer_address(side->values, operand, state);
	const struct su_value value = *su_value_get(side->values, number);

	if (value.kind != SU_VAL_EXPR || value.op != SU_EXPR_SUM || !value.args[1])
		return;
	if (value.size > 1) {
		add_element(side, value.args[0], value.size, operand, insn->vaddr, elements);
		return;
	}
	for (int i = 0; i < 2; i++)
		add_element(side, value.args[i], factor_of(side, value.args[!i]), operand,
			    insn->vaddr, elements);
}

static bool may_be_element(const struct su_operand *operand)
{
	return operand->kind == SU_OP_MEM && operand->base < 16 && operand->base != SU_REG_SP &&
	       operand->base != SU_REG_FP && operand->segment == SU_REG_NONE;
}

static void find_elements(struct su_side *side, element_vec *elements)
{
	const struct su_function *code = side->values->code;
	SU_FREE uint32_t *state = su_alloc(side->values->loc_count * sizeof(*state) + 1);

	for (uint32_t i = 0; i < code->insn_count && !side->values->unknown; i++) {
		const struct su_insn *insn = &code->insns[i];

		for (uint8_t k = 0; k < insn->operand_count && insn->opcode != SU_OPC_LEA; k++) {
			if (!may_be_element(&insn->operands[k]))
				continue;
			su_values_before(side->values, i, state);
			look_at_operand(side, insn, &insn->operands[k], state, elements);
		}
	}
}

/* ---- two versions ---- */

static bool same_origin(const struct origin *a, const struct origin *b)
{
	return a->kind == b->kind && a->key == b->key &&
	       (!a->name || strcmp(a->name, b->name) == 0);
}

/* How many elements a version has behind such a pointer, of `size` bytes; 0: of any size. */
static size_t count_of(const element_vec *elements, const struct origin *origin, uint64_t size)
{
	size_t count = 0;

	for (size_t i = 0; i < elements->len; i++)
		count += same_origin(&elements->at[i].origin, origin) &&
			 (!size || elements->at[i].size == size);
	return count;
}

/* One that all of the old version's are like, and none of the new version's; or NULL. */
static const struct element *find_changed(const element_vec *old, const element_vec *new)
{
	for (size_t i = 0; i < new->len; i++) {
		const struct element *element = &new->at[i];
		size_t before = count_of(old, &element->origin, 0);
		bool mixed = false;

		for (size_t k = 0; k < old->len && !mixed; k++)
			mixed = same_origin(&old->at[k].origin, &element->origin) &&
				count_of(new, &element->origin, old->at[k].size) > 0;
		if (before && !mixed && !count_of(old, &element->origin, element->size))
			return element;
	}
	return NULL;
}

struct su_err *su_maker_check_elements(struct su_side *old_side, struct su_side *new_side)
{
	element_vec old = { 0 }, new = { 0 };
	const struct element *found;
	struct su_err *err = NULL;

	find_elements(old_side, &old);
	find_elements(new_side, &new);
	found = find_changed(&old, &new);
	if (found)
		err = su_refuse(SU_WHY_ELEMENT_SIZE,
				su_program_where(new_side->program, found->vaddr),
				(unsigned long)found->size);
	su_vec_deinit(&old);
	su_vec_deinit(&new);
	return err;
}

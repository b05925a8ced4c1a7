/*
 * Values of two functions that are one code (align.h): each is compared with that in its place.
 *
 * Both executions go one path.  A merge of a block is what flows into it from each side, and the
 * result of an instruction is made in the same way, if the instruction does not differ.
 */
#include "analysis/states.h"
#include "checkpoint/relate/prover_private.h"

/* Whether the locations of both have one place: a register, or one cell of the frame. */
static bool same_location(const struct su_pair *pair, uint32_t loc_u, uint32_t loc_v)
{
	if (loc_u < SU_CELL_BASE || loc_v < SU_CELL_BASE)
		return loc_u == loc_v;
	const struct su_cell *u = &pair->from->values->cells[loc_u - SU_CELL_BASE];
	const struct su_cell *v = &pair->to->values->cells[loc_v - SU_CELL_BASE];

	return u->off == v->off && u->size == v->size;
}

bool su_in_place_merges(struct su_query *query, const struct su_value *u, const struct su_value *v)
{
	const struct su_pair *pair = query->prover->pair;
	const struct su_values *from = pair->from->values, *to = pair->to->values;
	const struct su_block *block = &from->code->blocks[u->where];
	uint32_t loc_u = u->loc, loc_v = v->loc;
	bool holds = u->where == v->where && same_location(pair, loc_u, loc_v);

	for (uint32_t p = 0; p < block->pred_count && holds; p++)
		holds = su_query_need_before(query, su_in_place, from->out[block->pred[p]][loc_u],
					     to->out[block->pred[p]][loc_v]);
	return holds;
}

static bool reads_memory(const struct su_insn *insn, uint32_t loc)
{
	if (loc == SU_LOC_FLAGS)
		return insn->reads.flags & SU_STATUS_FLAGS;
	if (loc >= SU_REG_VECTOR)
		return insn->reads.vector >> (loc - SU_REG_VECTOR) & 1;
	return loc != SU_REG_SP && insn->reads.gpr[loc];
}

/* All that instruction `i` may make the value in location `loc` from: more than values have
 * arguments for. */
static bool need_all_read(struct su_query *query, uint32_t i, uint32_t loc)
{
	const struct su_pair *pair = query->prover->pair;
	struct su_values *from = pair->from->values, *to = pair->to->values;
	const struct su_insn *insn = &from->code->insns[i];
	uint32_t *u, *v;
	bool holds = !insn->reads.other && (!insn->implicit_memory || insn->is_string) &&
		     from->frame_off[i] == SU_NO_OFF && loc < SU_CELL_BASE;

	if (!holds)
		return false;
	u = su_alloc(from->loc_count * sizeof(*u));
	v = su_alloc(to->loc_count * sizeof(*v));
	su_values_before(from, i, u);
	su_values_before(to, i, v);
	for (uint32_t l = 0; l < SU_CELL_BASE && holds; l++)
		holds = !(reads_memory(insn, l) || l == loc) ||
			su_query_need_whole(query, su_in_place, u[l], v[l]);
	free(u);
	free(v);
	return holds;
}

/* Of the same call, whatever it is given; of another instruction, from the same inputs. */
bool su_in_place_results(struct su_query *query, const struct su_value *u, const struct su_value *v)
{
	const struct su_pair *pair = query->prover->pair;
	const struct su_insn *a = &pair->from->values->code->insns[u->where];
	const struct su_insn *b = &pair->to->values->code->insns[v->where];

	if (!su_alignment_is_same_place(pair->alignment, u->where, v->where) ||
	    !su_query_same_shape(u, v))
		return false;
	if (a->opcode == SU_OPC_CALL)
		return u->loc == v->loc && su_calls_same_result_type(pair, a, b);
	if (u->overflow)
		return u->loc == v->loc && need_all_read(query, u->where, u->loc);
	return su_query_need_inputs(query, su_in_place, u, v);
}

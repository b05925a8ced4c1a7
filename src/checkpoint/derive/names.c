/*
 * Which source variables a value is said to be, anywhere in the function: part of
 * derive_private.h.
 *
 * A location list has gaps: gcc names a counter's slot up to the instruction that adds to it, and
 * not after it.  The slot goes on holding the counter.  So what DWARF says of a location somewhere
 * is kept as said of the value that is there then, wherever else that value may be.
 *
 * A variable may have got another value meanwhile, in a place that DWARF does not tell: then the
 * value is only what the variable was.  So names of this kind are good to say what a value is made
 * from, and nothing about what the variable is now.
 */
#include <stdlib.h>

#include "analysis/states.h"
#include "analysis/transfer.h"
#include "checkpoint/derive/derive_private.h"

struct name {
	uint32_t local;
	size_t next; /* 1 + index of the next one of the same value; 0: none */
};

struct su_names {
	SU_VEC(struct name) all;
	struct su_map *first; /* value number -> 1 + index */
};

static void add_name(struct su_names *names, uint32_t number, uint32_t local)
{
	size_t first = (size_t)su_map_get_u64(names->first, number);

	for (size_t at = first; at; at = names->all.at[at - 1].next) {
		if (names->all.at[at - 1].local == local)
			return;
	}
	su_vec_push(&names->all, (struct name){ .local = local, .next = first });
	su_map_put_u64(names->first, number, (void *)names->all.len);
}

static void add_names_at(struct su_names *names, const struct su_side *side, uint32_t insn,
			 const uint32_t *state)
{
	for (uint32_t i = 0; i < side->local_count; i++) {
		const struct su_local *local = &side->locals[i];
		struct su_loc at = su_debug_local_at(side->program->debug, side->routine->vaddr, i,
						     side->values->code->insns[insn].vaddr);
		uint32_t place;

		if (at.everywhere && at.kind == SU_LOC_REG)
			continue; /* see locations.c */
		at = su_values_location(side->values, state, at);
		place = at.kind == SU_LOC_SUM && at.off ? UINT32_MAX
							: su_derive_location_of(side, i, at);
		if (place != UINT32_MAX && state[place])
			add_name(
				names,
				su_value_low_part(side->values, state[place], (uint8_t)local->size),
				i);
	}
}

struct su_names *su_names_create(const struct su_side *side)
{
	const struct su_function *code = side->values->code;
	struct su_names *names = su_alloc(sizeof(*names));
	uint32_t *state = su_alloc(side->values->loc_count * sizeof(*state));

	names->first = su_map_create();
	for (uint32_t b = 0; b < code->block_count; b++) {
		const struct su_block *block = &code->blocks[b];

		su_values_before(side->values, block->first, state);
		for (uint32_t i = 0; i < block->count; i++) {
			add_names_at(names, side, block->first + i, state);
			su_transfer(side->values, block->first + i, state);
		}
	}
	free(state);
	return names;
}

void su_names_destroy(struct su_names *names)
{
	if (!names)
		return;
	su_vec_deinit(&names->all);
	su_map_destroy(names->first);
	free(names);
}

bool su_names_next(const struct su_names *names, uint32_t number, size_t *at, uint32_t *ret_local)
{
	*at = *at ? names->all.at[*at - 1].next : (size_t)su_map_get_u64(names->first, number);
	if (!*at)
		return false;
	*ret_local = names->all.at[*at - 1].local;
	return true;
}

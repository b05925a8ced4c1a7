/* Equalities: see equal.h. */
#include "validate/equal.h"

#include <inttypes.h>
#include <stdlib.h>

#define ENOUGH 10u  /* states that show an equality */
#define DISTINCT 4u /* values of b and of c among them */
#define MOST 48u    /* states looked at */
#define MOST_INPUTS 24u
#define ROUNDS 4u /* of changing and coming again, for one input */
#define MOST_FACTOR 64
#define MOST_MORE 64 /* a constant of the code; addresses are those of an input */

static const uint8_t regs[] = { SU_RBX, SU_RBP, SU_R12, SU_R13, SU_R14, SU_R15 };
#define REGS (sizeof(regs))

/* Made of what the old version holds: neither the caller's, nor the object itself, nor new. */
static bool is_carried(const struct su_patch_value *value)
{
	switch (value->derivation) {
	case SU_DERIVED_CONSTANT:
	case SU_DERIVED_SEEDED:
	case SU_DERIVED_ASSERTED:
	case SU_DERIVED_CALL_RESULT:
	case SU_DERIVED_OBJECT:
		return false;
	default:
		return true;
	}
}

/* Registers that the recipe makes so. */
static unsigned carried_regs(const struct su_trial *trial, uint32_t point)
{
	const struct su_patch *patch = trial->world->patch;
	const struct su_patch_checkpoint *record =
		&patch->checkpoints[trial->points.at[point].record];
	unsigned bits = 0;

	for (uint32_t i = 0; i < record->value_count; i++) {
		const struct su_patch_value *value = &patch->values[record->first_value + i];

		if (value->to_kind == SU_STORAGE_REG && value->to_number < 16 && is_carried(value))
			bits |= 1u << value->to_number;
	}
	return bits;
}

static bool differs_often(const su_states *states, uint8_t reg)
{
	uint64_t seen[DISTINCT];
	size_t count = 0;

	for (size_t i = 0; i < states->len && count < DISTINCT; i++) {
		uint64_t value = states->at[i].general[reg];
		size_t k = 0;

		while (k < count && seen[k] != value)
			k++;
		if (k == count)
			seen[count++] = value;
	}
	return count == DISTINCT;
}

static bool equality_holds(const struct su_equality *equality, const struct su_registers *state)
{
	return state->general[equality->a] ==
	       state->general[equality->b] +
		       (uint64_t)equality->factor * state->general[equality->c] + equality->more;
}

static bool always_holds(const struct su_equality *equality, const su_states *states)
{
	for (size_t i = 0; i < states->len; i++) {
		if (!equality_holds(equality, &states->at[i]))
			return false;
	}
	return true;
}

/* The factor that two states ask for, and whether all others agree. */
static bool find_equality(const su_states *states, struct su_equality *ret)
{
	const struct su_registers *first = &states->at[0];

	for (size_t i = 1; i < states->len; i++) {
		const struct su_registers *other = &states->at[i];
		int64_t of_a = (int64_t)(other->general[ret->a] - first->general[ret->a]);
		int64_t of_b = (int64_t)(other->general[ret->b] - first->general[ret->b]);
		int64_t of_c = (int64_t)(other->general[ret->c] - first->general[ret->c]);
		int64_t rest = (int64_t)((uint64_t)of_a - (uint64_t)of_b);

		if (!of_c || of_c == -1 || rest % of_c || !rest)
			continue;
		ret->factor = rest / of_c;
		if (ret->factor > MOST_FACTOR || ret->factor < -MOST_FACTOR)
			return false;
		ret->more = first->general[ret->a] - first->general[ret->b] -
			    (uint64_t)ret->factor * first->general[ret->c];
		if (ret->more + MOST_MORE > 2 * MOST_MORE)
			return false;
		return always_holds(ret, states);
	}
	return false;
}

static bool is_steady(const su_states *states, uint8_t b, uint8_t c)
{
	const struct su_registers *first = &states->at[0];

	for (size_t i = 1; i < states->len; i++) {
		const struct su_registers *other = &states->at[i];

		if (other->general[b] - first->general[b] != other->general[c] - first->general[c])
			return false;
	}
	return true;
}

/* b and c must not go together: else a may be made from one of them alone, or stay as it is, by chance
 * like this. */
static bool go_together(const su_states *states, const struct su_equality *equality)
{
	struct su_equality other = { .a = equality->b, .b = equality->c, .c = equality->c };

	return is_steady(states, equality->b, equality->c) || find_equality(states, &other);
}

bool su_equality_find(const su_states *states, struct su_equality *equality)
{
	return states->len >= ENOUGH && differs_often(states, equality->b) &&
	       differs_often(states, equality->c) && find_equality(states, equality) &&
	       !go_together(states, equality);
}

static bool breaks_equality(const struct su_trial *trial, struct su_runner *runner,
			    const su_samples *samples, uint32_t point,
			    const struct su_equality *equality, const struct su_sample **ret)
{
	unsigned inputs = 0;

	for (size_t i = 0; i < samples->len && inputs < 2; i++) {
		const struct su_sample *sample = &samples->at[i];

		for (size_t k = 0; k < sample->from.arrivals.len && k < MOST; k++) {
			struct su_registers state;

			if (sample->from.arrivals.at[k].point != point ||
			    !su_run_carried(runner, &sample->input, k, &trial->points.at[point],
					    &state) ||
			    equality_holds(equality, &state))
				continue;
			*ret = sample;
			inputs++;
			break;
		}
	}
	return inputs == 2;
}

static char *try_equality(const struct su_trial *trial, struct su_runner *runner,
			  const su_samples *samples, uint32_t point, struct su_equality *equality,
			  char **ret_input)
{
	const struct su_sample *sample;

	if (!breaks_equality(trial, runner, samples, point, equality, &sample))
		return NULL;
	*ret_input = su_input_format(&sample->input, trial->world);
	return su_format("%s - %s - %" PRId64 " * %s is not %" PRId64
			 ", as the code that it goes on in has it each time that it comes there",
			 su_reg_name(equality->a), su_reg_name(equality->b), equality->factor,
			 su_reg_name(equality->c), (int64_t)equality->more);
}

static void gather_equalities(const struct su_trial *trial, struct su_runner *runner,
			      const su_samples *samples, uint32_t point, su_states *ret)
{
	unsigned inputs = 0;

	(void)trial;
	for (size_t i = 0; i < samples->len && inputs < MOST_INPUTS && ret->len < MOST; i++) {
		const struct su_trace *trace = &samples->at[i].to;
		struct su_registers states[ROUNDS];
		size_t count, comings = 0;

		for (size_t k = 0; k < trace->arrivals.len; k++)
			comings += trace->arrivals.at[k].point == point;
		if (comings < 2)
			continue;
		inputs++;
		count = su_run_shaken(runner, &samples->at[i].input, point, i, states, ROUNDS);
		for (size_t k = 0; k < count; k++)
			su_vec_push(ret, states[k]);
	}
}

char *su_equal_judge(const struct su_trial *trial, struct su_runner *runner,
		     const su_samples *samples, uint32_t point, char **ret_input)
{
	unsigned carried = carried_regs(trial, point);
	su_states states = { 0 };
	char *wrong = NULL;

	if (__builtin_popcount(carried) >= 3)
		gather_equalities(trial, runner, samples, point, &states);
	for (size_t n = 0; n < REGS * REGS * REGS && !wrong; n++) {
		struct su_equality equality = { .a = regs[n % REGS],
						.b = regs[n / REGS % REGS],
						.c = regs[n / REGS / REGS] };
		unsigned used = 1u << equality.a | 1u << equality.b | 1u << equality.c;

		if (__builtin_popcount(used) == 3 && !(used & ~carried) &&
		    su_equality_find(&states, &equality))
			wrong = try_equality(trial, runner, samples, point, &equality, ret_input);
	}
	su_vec_deinit(&states);
	return wrong;
}

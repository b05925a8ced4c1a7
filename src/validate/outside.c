/* What a run does that others see, and what stands in for the functions that it calls. */
#include <string.h>

#include "validate/run_private.h"
#include "validate/steer.h"

#define NOISE (UINT64_C(0xbad0) << 48)
#define MAX_EFFECTS 250u

/* ---- effects ---- */

uint64_t su_runner_count_call(struct su_runner *runner, uint64_t callee)
{
	for (size_t i = 0; i < runner->counted.len; i++) {
		if (runner->counted.at[i].callee == callee)
			return runner->counted.at[i].calls++;
	}
	su_vec_push(&runner->counted, (struct su_counted){ callee, 1 });
	return 0;
}

static const struct su_trial_object *object_at(const struct su_runner *runner, uint64_t site,
					       uint64_t addr)
{
	const struct su_trial_side *side = runner->side;
	size_t i = (size_t)(uintptr_t)su_map_get_u64(side->first_object, site);

	for (; i && i <= side->objects.len && side->objects.at[i - 1].site == site; i++) {
		if (SU_WORLD_CFA + (uint64_t)side->objects.at[i - 1].off == addr)
			return &side->objects.at[i - 1];
	}
	return NULL;
}

static void keep_content(struct su_runner *runner, const struct su_effect *effect, uint8_t argument)
{
	const struct su_trial_object *object =
		object_at(runner, effect->site, effect->values[argument]);
	struct su_content content = { .argument = argument };

	if (!object)
		return;
	uint32_t size = object->size < SU_CONTENT ? object->size : SU_CONTENT;
	content.mask = su_emulator_written(runner->emulator, effect->values[argument], size);
	if (su_emulator_read(runner->emulator, effect->values[argument], content.bytes, size))
		su_vec_push(&runner->trace->contents, content);
}

static void record_call(struct su_runner *runner, uint64_t callee, uint64_t site, unsigned reads)
{
	struct su_effect effect = { .callee = callee, .site = site };

	effect.writes = runner->trace->stored.len;
	for (int i = 0; i < (su_trial_uses_vectors(runner->trial) ? SU_TRIAL_ARGUMENTS : 6); i++)
		effect.values[i] = su_emulator_reg(runner->emulator, su_runner_arguments[i]);
	for (uint8_t i = 0; i < 6; i++) { /* left over from before the last call */
		if (!(runner->fresh >> su_runner_arguments[i] & 1))
			effect.values[i] = NOISE;
	}
	for (uint8_t i = 0; i < 6; i++) {
		if (reads >> i & 1)
			keep_content(runner, &effect, i);
	}
	effect.contents = runner->trace->contents.len;
	su_vec_push(&runner->trace->effects, effect);
}

void su_runner_record_return(struct su_runner *runner)
{
	struct su_effect effect = { .callee = SU_CALLEE_RETURN };

	effect.writes = runner->trace->stored.len;
	effect.contents = runner->trace->contents.len;
	effect.values[0] = su_emulator_reg(runner->emulator, SU_RAX);
	if (su_trial_uses_vectors(runner->trial))
		effect.values[1] = su_emulator_reg(runner->emulator, SU_XMM0);
	for (size_t i = 0; i < SU_RUNNER_PRESERVED; i++)
		effect.values[2 + i] = su_emulator_reg(runner->emulator, su_runner_preserved[i]);
	effect.values[8] = su_emulator_reg(runner->emulator, SU_RSP);
	su_vec_push(&runner->trace->effects, effect);
	runner->trace->end = SU_END_RETURN;
}

/* ---- answering calls ---- */

static void fill_object(struct su_runner *runner, const struct su_trial_object *object,
			uint64_t callee, uint64_t number)
{
	uint64_t addr = SU_WORLD_CFA + (uint64_t)object->off;

	for (uint32_t off = 0; off < object->size && off < 4096; off += 8) {
		struct su_origin origin = { SU_ORIGIN_FILL, callee,
					    number | (uint64_t)off / 8 << 32 };
		uint64_t word = su_input_value(runner->input, &origin);
		uint32_t size = object->size - off < 8 ? object->size - off : 8;

		su_emulator_write(runner->emulator, addr + off, &word, size);
	}
	su_vec_push(&runner->filled, (struct su_filled){ addr, callee, number, object->size });
}

/* A call that is given an object may write it, or read it only. One that both versions have is not
 * written each time, so that what is in it counts. */
static bool is_written(const struct su_runner *runner, const struct su_trial_object *object,
		       uint64_t callee, uint64_t ordinal)
{
	return !object->shared || !ordinal ||
	       su_world_mix(runner->input->seed, callee + 5) % 3 != 0;
}

static void fill_arguments(struct su_runner *runner, uint64_t callee, uint64_t ordinal,
			   uint64_t site, unsigned reads)
{
	for (uint8_t i = 0; i < 6; i++) {
		bool fresh = runner->fresh >> su_runner_arguments[i] & 1;
		uint64_t addr = su_emulator_reg(runner->emulator, su_runner_arguments[i]);
		const struct su_trial_object *object =
			fresh && !(reads >> i & 1) ? object_at(runner, site, addr) : NULL;

		if (object && is_written(runner, object, callee, ordinal))
			fill_object(runner, object, callee, i | (ordinal & 0xffffff) << 8);
	}
}

static void make_noise(struct su_runner *runner, uint64_t callee)
{
	uint64_t clobbered = su_callees_clobbered(runner->callees, callee);
	uint8_t count = su_trial_uses_vectors(runner->trial) ? 32 : 16;

	for (uint8_t reg = 0; reg < count; reg++) {
		uint64_t version = reg == SU_RDX ? 0 : runner->version; /* half of a result */

		if (clobbered >> reg & 1)
			su_emulator_set_reg(runner->emulator, reg,
					    (UINT64_C(0xbad0) + (reg == SU_RDX)) << 48 |
						    version << 40 | (uint64_t)reg << 32 |
						    0x5a5a5a5a);
	}
}

static void set_result(struct su_runner *runner, uint64_t callee, uint64_t ordinal)
{
	struct su_origin origin = { SU_ORIGIN_ANSWER, callee, ordinal };
	uint64_t value = su_runner_input_value(runner, origin), bits;
	double number = (double)(value % 17);

	make_noise(runner, callee);
	su_emulator_set_reg(runner->emulator, SU_RAX, value);
	memcpy(&bits, &number, 8);
	if (su_trial_uses_vectors(runner->trial))
		su_emulator_set_reg(runner->emulator, SU_XMM0, bits);
}

/* A call, or a jump, to other code at `addr`. Gives the address where it returns to, or 0. */
uint64_t su_runner_answer_call(struct su_runner *runner, uint64_t addr)
{
	uint64_t callee = su_world_callee(runner->trial->world, addr);
	uint64_t sp = su_emulator_reg(runner->emulator, SU_RSP), back = 0, ordinal, site;
	unsigned reads = su_callees_reads(runner->callees, callee);

	if (!su_emulator_read(runner->emulator, sp, &back, 8)) {
		runner->trace->end = SU_END_FAULT;
		return 0;
	}
	site = back == SU_WORLD_RETURN ? su_emulator_last(runner->emulator) : back;
	runner->fresh = su_emulator_fresh(runner->emulator);
	su_emulator_set_fresh(runner->emulator, 0);
	record_call(runner, callee, site, reads);
	runner->trace->end = SU_END_LIMIT;
	if (runner->trace->effects.len >= MAX_EFFECTS)
		return 0;
	if (su_callees_never_returns(runner->callees, callee)) {
		runner->trace->end = SU_END_NO_RETURN;
		return 0;
	}
	ordinal = su_runner_count_call(runner, callee);
	fill_arguments(runner, callee, ordinal, site, reads);
	set_result(runner, callee, ordinal);
	su_emulator_set_reg(runner->emulator, SU_RSP, sp + 8);
	return back;
}

/* Runs that change versions on the way, as an updated process does: see run.h. */
#include "patch/convert_steps.h"
#include "validate/run_private.h"

static bool is_given(const struct su_patch_value *value)
{
	return value->derivation == SU_DERIVED_SEEDED || value->derivation == SU_DERIVED_ASSERTED;
}

static const uint8_t *twin_byte(const struct su_twin *twin, uint64_t addr)
{
	uint64_t page = (addr - twin->stack.region_addr) / 4096;

	for (size_t i = 0; i < twin->stack.numbers.len; i++) {
		if (twin->stack.numbers.at[i] == page)
			return twin->stack.bytes.at + i * 4096 + addr % 4096;
	}
	return NULL;
}

static void give_mixed(struct su_runner *runner, const struct su_patch_value *value,
		       const struct su_twin *twin)
{
	uint64_t addr = SU_WORLD_CFA + (uint64_t)value->to_offset;

	if (value->to_kind == SU_STORAGE_REG && value->to_number < 16) {
		su_emulator_set_reg(runner->emulator, value->to_number,
				    twin->regs[value->to_number]);
		return;
	}
	for (uint32_t i = 0;
	     value->to_kind == SU_STORAGE_FRAME && !value->to_number && i < value->size; i++) {
		const uint8_t *byte = twin_byte(twin, addr + i);

		if (byte)
			su_emulator_write(runner->emulator, addr + i, byte, 1);
	}
}

/* What is new is as the new version has it. */
static void give_all(struct su_runner *runner, const struct su_trial_point *point,
		     const struct su_twin *twin)
{
	const struct su_patch *patch = runner->trial->world->patch;
	const struct su_patch_checkpoint *record = &patch->checkpoints[point->record];

	if (!twin)
		return;
	for (uint32_t i = 0; i < record->value_count; i++) {
		const struct su_patch_value *value = &patch->values[record->first_value + i];

		if (is_given(value))
			give_mixed(runner, value, twin);
	}
	su_emulator_load(runner->emulator, &twin->patch);
}

static bool read_bytes(struct su_runner *runner, uint64_t addr, uint64_t size, uint8_t **ret)
{
	*ret = su_alloc(size);
	return su_emulator_read(runner->emulator, addr, *ret, size);
}

/* As the commit does it. What cannot be converted is left: the update would be refused. */
static void convert_variable(struct su_runner *runner, const struct su_patch_moved *moved)
{
	const struct su_world *world = runner->trial->world;
	bool reverse = runner->trial->direction == SU_REVERSE;
	uint64_t old = su_world_addr(world, SU_SPACE_IMAGE, moved->at), from = old;
	uint64_t to = su_world_addr(world, SU_SPACE_PATCH, moved->to), initial;
	uint64_t size = reverse ? moved->to_size : moved->size;
	uint64_t other_size = reverse ? moved->size : moved->to_size;
	struct su_converted bytes = { .reverse = reverse };

	if (reverse) {
		from = to;
		to = old;
	}
	initial = reverse ? moved->after : moved->before;
	bool read = read_bytes(runner, from, size, &bytes.old) &&
		    read_bytes(runner, to, other_size, &bytes.new);
	if (read && !initial)
		bytes.initial = su_alloc(size);
	else if (read)
		read = read_bytes(runner, su_world_addr(world, SU_SPACE_PATCH, initial), size,
				  &bytes.initial);
	if (read && moved->step_count &&
	    su_patch_convert(world->patch, moved, &bytes) == SU_CONVERT_DONE)
		su_emulator_write(runner->emulator, to, bytes.new, other_size);
	free(bytes.old);
	free(bytes.new);
	free(bytes.initial);
}

static void convert_variables(struct su_runner *runner)
{
	const struct su_patch *patch = runner->trial->world->patch;

	for (size_t i = 0; i < patch->moved_count; i++)
		convert_variable(runner, &patch->moved[i]);
}

/* The stub itself; its effects are those of the frame. */
static bool run_stub(struct su_runner *runner, const struct su_trial_point *point)
{
	uint64_t limit = SU_MAX_STEPS, at = point->stub;

	if (!point->stub)
		return true;
	return su_emulator_run(runner->emulator, point->stub, &limit, &at) == SU_EVENT_WATCHED &&
	       at == point->to;
}

/* Brings the run to where `to` goes on; false when it does not come to the checkpoint. */
static bool carry_mixed(struct su_runner *runner, const struct su_input *input, size_t arrival,
			const struct su_trial_point *point, struct su_trace *ret)
{
	su_runner_start(runner, false, input, NULL, (struct su_stop){ arrival, UINT32_MAX }, ret);
	if (ret->end != SU_END_STOPPED)
		return false;
	ret->effects.len = ret->contents.len = 0;
	runner->stop = SU_STOP_NOWHERE;
	runner->side = &runner->trial->to;
	runner->version = 1;
	su_emulator_set_code(runner->emulator, &runner->side->code);
	convert_variables(runner);
	if (!run_stub(runner, point))
		ret->end = SU_END_FAULT;
	return true;
}

static void count_on(struct su_runner *runner, const struct su_change_over *over)
{
	runner->counted.len = 0;
	for (size_t i = 0; i < over->to_effects; i++)
		su_runner_count_call(runner, over->to->effects.at[i].callee);
}

bool su_run_mixed(struct su_runner *runner, const struct su_input *input,
		  const struct su_change_over *over, struct su_trace *ret)
{
	if (!carry_mixed(runner, input, over->arrival, over->point, ret))
		return false;
	if (ret->end == SU_END_FAULT)
		return true;
	count_on(runner, over);
	su_emulator_set_fresh(runner->emulator, over->to_fresh);
	give_all(runner, over->point, over->twin);
	su_runner_go(runner, over->point->to);
	return true;
}

static void read_registers(struct su_runner *runner, struct su_registers *ret)
{
	for (uint8_t reg = 0; reg < 16; reg++)
		ret->general[reg] = su_emulator_reg(runner->emulator, reg);
}

bool su_run_carried(struct su_runner *runner, const struct su_input *input, size_t arrival,
		    const struct su_trial_point *point, struct su_registers *ret)
{
	struct su_trace trace = { 0 };
	bool there =
		carry_mixed(runner, input, arrival, point, &trace) && trace.end == SU_END_STOPPED;

	read_registers(runner, ret);
	su_trace_deinit(&trace);
	return there;
}

static void shake_mixed(struct su_runner *runner, uint64_t random)
{
	for (size_t i = 0; i < SU_RUNNER_PRESERVED; i++) {
		uint64_t value = su_emulator_reg(runner->emulator, su_runner_preserved[i]);

		random = su_world_mix(random, i);
		if (!su_world_region_at(runner->trial->world, value))
			su_emulator_set_reg(runner->emulator, su_runner_preserved[i],
					    value + random % 97);
	}
}

size_t su_run_shaken(struct su_runner *runner, const struct su_input *input, uint32_t point,
		     uint64_t random, struct su_registers *ret, size_t count)
{
	struct su_trace trace = { 0 };
	size_t done = 0;

	su_runner_start(runner, true, input, NULL, (struct su_stop){ SIZE_MAX, point }, &trace);
	while (trace.end == SU_END_STOPPED && done < count) {
		shake_mixed(runner, su_world_mix(random, done));
		su_runner_go(runner, runner->trial->points.at[point].to);
		if (trace.end == SU_END_STOPPED)
			read_registers(runner, &ret[done++]);
	}
	su_trace_deinit(&trace);
	return done;
}

/* Runs: see run.h. */
#include "validate/run.h"

#include <stdlib.h>
#include <string.h>

#include "validate/callee.h"
#include "validate/steer.h"

#define NOISE (UINT64_C(0xbad0) << 48)
#define MAX_EFFECTS 60u
#define MAX_STEPS 12000u

struct counted {
	uint64_t callee, calls;
};

/* Frame memory that an answered call wrote. */
struct filled {
	uint64_t addr, callee, number;
	uint32_t size;
};

struct su_runner {
	const struct su_trial *trial;
	struct su_emulator *emulator;
	struct su_callees *callees;
	struct su_listener listener;
	/* Of the run under way: */
	const struct su_input *input;
	const struct su_trial_side *side;
	struct su_steering *steering;
	struct su_trace *trace;
	SU_VEC(struct counted) counted;
	SU_VEC(struct filled) filled;
	size_t stop_arrival; /* ends at this one; SIZE_MAX: at none */
	uint32_t stop_point; /* ends at any arrival at this one; UINT32_MAX: at none */
	uint64_t version;    /* in its noise */
	uint32_t fresh;	     /* registers written since the call before the one under way */
};

static const uint8_t argument_regs[] = { SU_RDI, SU_RSI, SU_RDX,  SU_RCX,
					 SU_R8,	 SU_R9,	 SU_XMM0, SU_XMM0 + 1 };
static const uint8_t preserved_regs[] = { SU_RBX, SU_RBP, SU_R12, SU_R13, SU_R14, SU_R15 };

/* ---- listening ---- */

static void on_wrote(void *ctx, uint64_t addr, uint32_t size, uint64_t value, uint64_t pc)
{
	struct su_runner *runner = ctx;
	uint64_t first = addr & ~UINT64_C(7);

	if (runner->trace->stored.len >= SU_MAX_STORED)
		return;
	for (uint64_t at = first; at < addr + size; at += 8) {
		struct su_stored stored = { .addr = at, .pc = pc };
		uint8_t word[8];

		if (!su_emulator_read(runner->emulator, at, word, 8))
			return;
		memcpy(&stored.before, word, 8);
		for (uint32_t i = 0; i < size && i < 8; i++) {
			if (addr + i >= at && addr + i < at + 8)
				word[addr + i - at] = (uint8_t)(value >> i * 8);
		}
		memcpy(&stored.value, word, 8);
		su_vec_push(&runner->trace->stored, stored);
	}
}

static void note_frame(struct su_runner *runner, uint64_t addr, uint64_t value)
{
	for (size_t i = runner->filled.len; i-- > 0;) {
		const struct filled *filled = &runner->filled.at[i];
		uint64_t off = addr - filled->addr;

		if (off >= filled->size)
			continue;
		su_steering_note(runner->steering,
				 (struct su_origin){ SU_ORIGIN_FILL, filled->callee,
						     filled->number | off / 8 << 32 },
				 value);
		return;
	}
}

/* Values are noted by the word that they are the start of: others are not followed. */
static void on_read(void *ctx, uint64_t addr, uint32_t size)
{
	struct su_runner *runner = ctx;
	const struct su_region *region = su_world_region_at(runner->trial->world, addr);
	uint64_t value;

	if (!region || size > 8 || !su_emulator_read(runner->emulator, addr, &value, 8))
		return;
	if (region == &runner->trial->world->regions[SU_REGION_STACK])
		note_frame(runner, addr, value);
	else
		su_steering_note(runner->steering, (struct su_origin){ SU_ORIGIN_MEMORY, addr, 0 },
				 value);
}

static void on_compares(void *ctx, const struct su_insn *insn)
{
	struct su_runner *runner = ctx;

	su_steering_compares(runner->steering, insn);
}

/* ---- effects ---- */

static uint64_t input_value(struct su_runner *runner, struct su_origin origin)
{
	uint64_t value = su_input_value(runner->input, &origin);

	if (runner->steering)
		su_steering_note(runner->steering, origin, value);
	return value;
}

static uint64_t count_call(struct su_runner *runner, uint64_t callee)
{
	for (size_t i = 0; i < runner->counted.len; i++) {
		if (runner->counted.at[i].callee == callee)
			return runner->counted.at[i].calls++;
	}
	su_vec_push(&runner->counted, (struct counted){ callee, 1 });
	return 0;
}

static const struct su_trial_object *object_at(const struct su_runner *runner, uint64_t site,
					       uint64_t addr)
{
	for (size_t i = 0; i < runner->side->objects.len; i++) {
		const struct su_trial_object *object = &runner->side->objects.at[i];

		if (object->site == site && SU_WORLD_CFA + (uint64_t)object->off == addr)
			return object;
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
	for (uint8_t i = 0; i < SU_TRIAL_ARGUMENTS; i++)
		effect.values[i] = su_emulator_reg(runner->emulator, argument_regs[i]);
	for (uint8_t i = 0; i < 6; i++) { /* left over from before the last call */
		if (!(runner->fresh >> argument_regs[i] & 1))
			effect.values[i] = NOISE;
	}
	for (uint8_t i = 0; i < 6; i++) {
		if (reads >> i & 1)
			keep_content(runner, &effect, i);
	}
	effect.contents = runner->trace->contents.len;
	su_vec_push(&runner->trace->effects, effect);
}

static void record_return(struct su_runner *runner)
{
	struct su_effect effect = { .callee = SU_CALLEE_RETURN };

	effect.writes = runner->trace->stored.len;
	effect.contents = runner->trace->contents.len;
	effect.values[0] = su_emulator_reg(runner->emulator, SU_RAX);
	effect.values[1] = su_emulator_reg(runner->emulator, SU_XMM0);
	for (size_t i = 0; i < sizeof(preserved_regs); i++)
		effect.values[2 + i] = su_emulator_reg(runner->emulator, preserved_regs[i]);
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
	su_vec_push(&runner->filled, (struct filled){ addr, callee, number, object->size });
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
		bool fresh = runner->fresh >> argument_regs[i] & 1;
		uint64_t addr = su_emulator_reg(runner->emulator, argument_regs[i]);
		const struct su_trial_object *object =
			fresh && !(reads >> i & 1) ? object_at(runner, site, addr) : NULL;

		if (object && is_written(runner, object, callee, ordinal))
			fill_object(runner, object, callee, i | (ordinal & 0xffffff) << 8);
	}
}

static void make_noise(struct su_runner *runner, uint64_t callee)
{
	uint64_t clobbered = su_callees_clobbered(runner->callees, callee);

	for (uint8_t reg = 0; reg < 32; reg++) {
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
	uint64_t value = input_value(runner, origin), bits;
	double number = (double)(value % 17);

	make_noise(runner, callee);
	su_emulator_set_reg(runner->emulator, SU_RAX, value);
	memcpy(&bits, &number, 8);
	if (runner->side->code.uses_vectors)
		su_emulator_set_reg(runner->emulator, SU_XMM0, bits);
}

/* A call, or a jump, to other code at `addr`. Gives the address where it returns to, or 0. */
static uint64_t answer_call(struct su_runner *runner, uint64_t addr)
{
	uint64_t callee = su_world_callee(runner->trial->world, addr);
	uint64_t sp = su_emulator_reg(runner->emulator, SU_RSP), back = 0, ordinal, site;
	unsigned reads = su_callees_reads(runner->callees, callee);

	if (!su_emulator_read(runner->emulator, sp, &back, 8)) {
		runner->trace->end = SU_END_FAULT;
		return 0;
	}
	site = back == SU_WORLD_RETURN ? su_emulator_last(runner->emulator) : back;
	runner->fresh = su_emulator_take_fresh(runner->emulator);
	record_call(runner, callee, site, reads);
	runner->trace->end = SU_END_LIMIT;
	if (runner->trace->effects.len >= MAX_EFFECTS)
		return 0;
	if (su_callees_never_returns(runner->callees, callee)) {
		runner->trace->end = SU_END_NO_RETURN;
		return 0;
	}
	ordinal = count_call(runner, callee);
	fill_arguments(runner, callee, ordinal, site, reads);
	set_result(runner, callee, ordinal);
	su_emulator_set_reg(runner->emulator, SU_RSP, sp + 8);
	return back;
}

/* ---- going on ---- */

/* Notes what the run has come to; true when it is to stop there. */
static bool arrive(struct su_runner *runner, uint64_t addr, bool by_return)
{
	bool to = runner->side == &runner->trial->to;
	bool stop = false;

	for (uint32_t i = 0; i < runner->trial->points.len; i++) {
		const struct su_trial_point *point = &runner->trial->points.at[i];
		bool counts =
			to ? point->to == addr
			   : point->from == addr && (by_return ? point->by_return : point->any_way);

		if (!counts)
			continue;
		if (runner->trace->arrivals.len == runner->stop_arrival || i == runner->stop_point)
			stop = true;
		if (!stop)
			su_vec_push(&runner->trace->arrivals,
				    (struct su_arrival){ i, runner->trace->effects.len });
	}
	return stop;
}

static bool is_own(const struct su_runner *runner, uint64_t addr)
{
	return su_trial_code_at(&runner->side->code, addr) != NULL;
}

/* A function that calls itself in the end has come to its entry, or to the code of others. */
static uint64_t leave(struct su_runner *runner, uint64_t at)
{
	if (at == SU_WORLD_RETURN) {
		record_return(runner);
		return 0;
	}
	at = answer_call(runner, at);
	if (at == SU_WORLD_RETURN) {
		record_return(runner);
		return 0;
	}
	if (at && !is_own(runner, at)) {
		runner->trace->end = SU_END_FAULT;
		return 0;
	}
	if (at && arrive(runner, at, true)) {
		runner->trace->end = SU_END_STOPPED;
		return 0;
	}
	return at;
}

static void stumble(struct su_runner *runner)
{
	uint64_t last = su_emulator_last(runner->emulator);
	const struct su_insn *insn = su_trial_code_at(&runner->side->code, last);

	runner->trace->end = SU_END_FAULT;
	if (runner->steering && insn)
		su_steering_fault(runner->steering, insn,
				  su_world_mix(runner->input->seed, runner->trace->steps));
}

static void go(struct su_runner *runner, uint64_t at)
{
	uint64_t limit = MAX_STEPS;

	while (at) {
		switch (su_emulator_run(runner->emulator, at, &limit, &at)) {
		case SU_EVENT_LEFT:
			at = leave(runner, at);
			break;
		case SU_EVENT_WATCHED:
			if (arrive(runner, at, false)) {
				runner->trace->end = SU_END_STOPPED;
				at = 0;
			}
			break;
		case SU_EVENT_FAULT:
			stumble(runner);
			at = 0;
			break;
		case SU_EVENT_LIMIT:
			runner->trace->end = SU_END_LIMIT;
			at = 0;
			break;
		}
		runner->trace->steps = MAX_STEPS - limit;
	}
}

/* ---- starting ---- */

static void set_memory(struct su_runner *runner)
{
	for (size_t i = 0; i < runner->input->exceptions.len; i++) {
		const struct su_exception *exception = &runner->input->exceptions.at[i];

		if (exception->origin.kind == SU_ORIGIN_MEMORY)
			su_emulator_write(runner->emulator, exception->origin.where,
					  &exception->value, 8);
	}
}

static void set_arguments(struct su_runner *runner)
{
	for (uint8_t i = 0; i < 6; i++)
		su_emulator_set_reg(
			runner->emulator, argument_regs[i],
			input_value(runner, (struct su_origin){ SU_ORIGIN_ARGUMENT, 0, i }));
	for (uint8_t i = 0; i < 8; i++) { /* on the stack */
		struct su_origin origin = { SU_ORIGIN_ARGUMENT, 0, 6 + i };
		uint64_t word = su_input_value(runner->input, &origin);

		su_emulator_write(runner->emulator, SU_WORLD_CFA + 8 * i, &word, 8);
	}
	for (uint8_t i = 0; i < sizeof(preserved_regs); i++)
		su_emulator_set_reg(runner->emulator, preserved_regs[i],
				    UINT64_C(0x5afe000000000000) + i);
	for (uint8_t i = 0; i < 8 && runner->side->code.uses_vectors; i++) {
		double number = (double)(su_world_mix(runner->input->seed, i) % 9);
		uint64_t bits;

		memcpy(&bits, &number, 8);
		su_emulator_set_reg(runner->emulator, SU_XMM0 + i, bits);
	}
	su_emulator_set_reg(runner->emulator, SU_RSP, SU_WORLD_ENTRY_SP);
}

static void start(struct su_runner *runner, bool to, const struct su_input *input,
		  struct su_steering *steering, size_t stop_arrival, uint32_t stop_point,
		  struct su_trace *trace)
{
	trace->effects.len = trace->stored.len = trace->contents.len = trace->arrivals.len = 0;
	trace->steps = 0;
	runner->input = input;
	runner->side = to ? &runner->trial->to : &runner->trial->from;
	runner->steering = steering;
	runner->trace = trace;
	runner->counted.len = runner->filled.len = 0;
	runner->stop_arrival = stop_arrival;
	runner->stop_point = stop_point;
	runner->version = to;
	runner->listener = (struct su_listener){ .ctx = runner,
						 .wrote = on_wrote,
						 .read = steering ? on_read : NULL,
						 .compares = steering ? on_compares : NULL };
	su_emulator_reset(runner->emulator);
	su_emulator_listen(runner->emulator, &runner->listener);
	su_emulator_set_code(runner->emulator, &runner->side->code);
	if (steering)
		steering->recent_count = 0;
	set_memory(runner);
	set_arguments(runner);
	go(runner, runner->side->code.entry);
}

void su_run_whole(struct su_runner *runner, bool to, const struct su_input *input,
		  struct su_steering *steering, struct su_trace *ret)
{
	start(runner, to, input, steering, SIZE_MAX, UINT32_MAX, ret);
}

bool su_run_twin(struct su_runner *runner, const struct su_input *input, size_t arrival,
		 struct su_twin *ret)
{
	struct su_trace trace = { 0 };

	start(runner, true, input, NULL, arrival, UINT32_MAX, &trace);
	bool there = trace.end == SU_END_STOPPED;
	su_trace_deinit(&trace);
	for (uint8_t reg = 0; reg < 16; reg++)
		ret->regs[reg] = su_emulator_reg(runner->emulator, reg);
	su_emulator_save(runner->emulator, SU_REGION_STACK, &ret->stack);
	su_emulator_save(runner->emulator, SU_REGION_PATCH, &ret->patch);
	return there;
}

/* ---- mixed runs ---- */

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

static void give(struct su_runner *runner, const struct su_patch_value *value,
		 const struct su_twin *twin)
{
	uint64_t addr = SU_WORLD_CFA + (uint64_t)value->to_offset;

	if (value->to_kind == SU_PLACE_REG && value->to_number < 16) {
		su_emulator_set_reg(runner->emulator, value->to_number,
				    twin->regs[value->to_number]);
		return;
	}
	for (uint32_t i = 0;
	     value->to_kind == SU_PLACE_FRAME && !value->to_number && i < value->size; i++) {
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
			give(runner, value, twin);
	}
	su_emulator_load(runner->emulator, &twin->patch);
}

/* The stub itself; its effects are those of the frame. */
static bool run_stub(struct su_runner *runner, const struct su_trial_point *point)
{
	uint64_t limit = MAX_STEPS, at = point->stub;

	if (!point->stub)
		return true;
	return su_emulator_run(runner->emulator, point->stub, &limit, &at) == SU_EVENT_WATCHED &&
	       at == point->to;
}

/* Brings the run to where `to` goes on; false when it does not come to the checkpoint. */
static bool carry(struct su_runner *runner, const struct su_input *input, size_t arrival,
		  const struct su_trial_point *point, struct su_trace *ret)
{
	start(runner, false, input, NULL, arrival, UINT32_MAX, ret);
	if (ret->end != SU_END_STOPPED)
		return false;
	ret->effects.len = ret->contents.len = 0;
	runner->stop_arrival = SIZE_MAX;
	runner->side = &runner->trial->to;
	runner->version = 1;
	su_emulator_set_code(runner->emulator, &runner->side->code);
	su_emulator_set_fresh(runner->emulator);
	if (!run_stub(runner, point))
		ret->end = SU_END_FAULT;
	return true;
}

static void count_on(struct su_runner *runner, const struct su_change_over *over)
{
	runner->counted.len = 0;
	for (size_t i = 0; i < over->to_effects; i++)
		count_call(runner, over->to->effects.at[i].callee);
}

bool su_run_mixed(struct su_runner *runner, const struct su_input *input,
		  const struct su_change_over *over, struct su_trace *ret)
{
	if (!carry(runner, input, over->arrival, over->point, ret))
		return false;
	if (ret->end == SU_END_FAULT)
		return true;
	count_on(runner, over);
	give_all(runner, over->point, over->twin);
	go(runner, over->point->to);
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
	bool there = carry(runner, input, arrival, point, &trace) && trace.end == SU_END_STOPPED;

	read_registers(runner, ret);
	su_trace_deinit(&trace);
	return there;
}

static void shake(struct su_runner *runner, uint64_t random)
{
	for (size_t i = 0; i < sizeof(preserved_regs); i++) {
		uint64_t value = su_emulator_reg(runner->emulator, preserved_regs[i]);

		random = su_world_mix(random, i);
		if (!su_world_region_at(runner->trial->world, value))
			su_emulator_set_reg(runner->emulator, preserved_regs[i],
					    value + random % 97);
	}
}

size_t su_run_shaken(struct su_runner *runner, const struct su_input *input, uint32_t point,
		     struct su_registers *ret, size_t count)
{
	struct su_trace trace = { 0 };
	size_t done = 0;

	start(runner, true, input, NULL, SIZE_MAX, point, &trace);
	while (trace.end == SU_END_STOPPED && done < count) {
		shake(runner, su_world_mix(input->seed, done));
		go(runner, runner->trial->points.at[point].to);
		if (trace.end == SU_END_STOPPED)
			read_registers(runner, &ret[done++]);
	}
	su_trace_deinit(&trace);
	return done;
}

/* ---- coming and going ---- */

struct su_runner *su_runner_create(const struct su_trial *trial, struct su_emulator *emulator)
{
	struct su_runner *runner = su_alloc(sizeof(*runner));

	runner->trial = trial;
	runner->emulator = emulator;
	runner->callees = su_callees_create(trial->world);
	return runner;
}

void su_runner_destroy(struct su_runner *runner)
{
	if (!runner)
		return;
	su_callees_destroy(runner->callees);
	su_vec_deinit(&runner->counted);
	su_vec_deinit(&runner->filled);
	free(runner);
}

void su_twin_deinit(struct su_twin *twin)
{
	su_pages_deinit(&twin->stack);
	su_pages_deinit(&twin->patch);
}

void su_trace_deinit(struct su_trace *trace)
{
	su_vec_deinit(&trace->effects);
	su_vec_deinit(&trace->stored);
	su_vec_deinit(&trace->contents);
	su_vec_deinit(&trace->arrivals);
}

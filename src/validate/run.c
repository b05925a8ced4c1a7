/* Runs: see run.h. */
#include "validate/run.h"

#include <stdlib.h>
#include <string.h>

#include "validate/run_private.h"
#include "validate/steer.h"

const uint8_t su_runner_arguments[SU_TRIAL_ARGUMENTS] = { SU_RDI, SU_RSI, SU_RDX,  SU_RCX,
							  SU_R8,  SU_R9,  SU_XMM0, SU_XMM0 + 1 };
const uint8_t su_runner_preserved[SU_RUNNER_PRESERVED] = { SU_RBX, SU_RBP, SU_R12,
							   SU_R13, SU_R14, SU_R15 };

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
		const struct su_filled *filled = &runner->filled.at[i];
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

	for (uint8_t i = 0; i < insn->operand_count; i++) { /* it is read afterwards */
		const struct su_operand *operand = &insn->operands[i];

		if (operand->kind == SU_OP_MEM && operand->segment == SU_REG_NONE)
			on_read(ctx, su_steering_address(runner->steering, operand), operand->size);
	}
	su_steering_compares(runner->steering, insn);
}

/* ---- going on ---- */

/* Notes what the run has come to; true when it is to stop there. */
static bool run_arrive(struct su_runner *runner, uint64_t addr, bool by_return)
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
		if (runner->trace->arrivals.len == runner->stop.arrival || i == runner->stop.point)
			stop = true;
		if (!stop)
			su_vec_push(&runner->trace->arrivals,
				    (struct su_arrival){ i, runner->trace->effects.len,
							 su_emulator_fresh(runner->emulator) });
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
		su_runner_record_return(runner);
		return 0;
	}
	at = su_runner_answer_call(runner, at);
	if (at == SU_WORLD_RETURN) {
		su_runner_record_return(runner);
		return 0;
	}
	if (at && !is_own(runner, at)) {
		runner->trace->end = SU_END_FAULT;
		return 0;
	}
	if (at && run_arrive(runner, at, true)) {
		runner->trace->end = SU_END_STOPPED;
		return 0;
	}
	return at;
}

static void run_stumble(struct su_runner *runner)
{
	uint64_t last = su_emulator_last(runner->emulator);
	const struct su_insn *insn = su_trial_code_at(&runner->side->code, last);

	runner->trace->end = SU_END_FAULT;
	if (runner->steering && insn)
		su_steering_fault(runner->steering, insn,
				  su_world_mix(runner->input->seed, runner->trace->steps));
}

void su_runner_go(struct su_runner *runner, uint64_t at)
{
	uint64_t limit = SU_MAX_STEPS;

	while (at) {
		switch (su_emulator_run(runner->emulator, at, &limit, &at)) {
		case SU_EVENT_LEFT:
			at = leave(runner, at);
			break;
		case SU_EVENT_WATCHED:
			if (run_arrive(runner, at, false)) {
				runner->trace->end = SU_END_STOPPED;
				at = 0;
			}
			break;
		case SU_EVENT_FAULT:
			run_stumble(runner);
			at = 0;
			break;
		case SU_EVENT_LIMIT:
			runner->trace->end = SU_END_LIMIT;
			at = 0;
			break;
		}
		runner->trace->steps = SU_MAX_STEPS - limit;
	}
}

/* ---- starting ---- */

uint64_t su_runner_input_value(struct su_runner *runner, struct su_origin origin)
{
	uint64_t value = su_input_value(runner->input, &origin);

	if (runner->steering)
		su_steering_note(runner->steering, origin, value);
	return value;
}

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
	for (uint8_t i = 0; i < 6; i++) {
		struct su_origin origin = { SU_ORIGIN_ARGUMENT, 0, i };

		su_emulator_set_reg(runner->emulator, su_runner_arguments[i],
				    su_runner_input_value(runner, origin));
	}
	for (uint8_t i = 0; i < 8; i++) { /* on the stack */
		struct su_origin origin = { SU_ORIGIN_ARGUMENT, 0, 6 + i };
		uint64_t word = su_input_value(runner->input, &origin);

		su_emulator_write(runner->emulator, SU_WORLD_CFA + 8 * i, &word, 8);
	}
	for (uint8_t i = 0; i < SU_RUNNER_PRESERVED; i++)
		su_emulator_set_reg(runner->emulator, su_runner_preserved[i],
				    UINT64_C(0x5afe000000000000) + i);
	for (uint8_t i = 0; i < 16 && su_trial_uses_vectors(runner->trial); i++) {
		double number = (double)(i < 8 ? su_world_mix(runner->input->seed, i) % 9 : 0);
		uint64_t bits;

		memcpy(&bits, &number, 8);
		su_emulator_set_reg(runner->emulator, SU_XMM0 + i, bits);
	}
	su_emulator_set_reg(runner->emulator, SU_RSP, SU_WORLD_ENTRY_SP);
}

void su_runner_start(struct su_runner *runner, bool to, const struct su_input *input,
		     struct su_steering *steering, struct su_stop stop, struct su_trace *trace)
{
	trace->effects.len = trace->stored.len = trace->contents.len = trace->arrivals.len = 0;
	trace->steps = 0;
	runner->input = input;
	runner->side = to ? &runner->trial->to : &runner->trial->from;
	runner->steering = steering;
	runner->trace = trace;
	runner->counted.len = runner->filled.len = 0;
	runner->stop = stop;
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
	su_runner_go(runner, runner->side->code.entry);
}

void su_run_whole(struct su_runner *runner, bool to, const struct su_input *input,
		  struct su_steering *steering, struct su_trace *ret)
{
	su_runner_start(runner, to, input, steering, SU_STOP_NOWHERE, ret);
}

bool su_run_twin(struct su_runner *runner, const struct su_input *input, size_t arrival,
		 struct su_twin *ret)
{
	struct su_trace trace = { 0 };

	su_runner_start(runner, true, input, NULL, (struct su_stop){ arrival, UINT32_MAX }, &trace);
	bool there = trace.end == SU_END_STOPPED;
	su_trace_deinit(&trace);
	for (uint8_t reg = 0; reg < 16; reg++)
		ret->regs[reg] = su_emulator_reg(runner->emulator, reg);
	su_emulator_save(runner->emulator, SU_REGION_STACK, &ret->stack);
	su_emulator_save(runner->emulator, SU_REGION_PATCH, &ret->patch);
	return there;
}

/* ---- coming and going ---- */

struct su_err *su_runner_create(const struct su_world *world, struct su_runner **ret)
{
	struct su_emulator *emulator = NULL;
	struct su_runner *runner;

	SU_TRY(su_emulator_create(world, &emulator));
	runner = su_alloc(sizeof(*runner));
	runner->emulator = emulator;
	runner->callees = su_callees_create(world);
	*ret = runner;
	return NULL;
}

void su_runner_take(struct su_runner *runner, const struct su_trial *trial)
{
	runner->trial = trial;
}

struct su_emulator *su_runner_emulator(struct su_runner *runner)
{
	return runner->emulator;
}

void su_runner_destroy(struct su_runner *runner)
{
	if (!runner)
		return;
	su_emulator_destroy(runner->emulator);
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

/* The processor: see emulator.h. */
#include "validate/emulator.h"

#include <stdlib.h>
#include <string.h>

#include "validate/unicorn.h"

#define PAGE UINT64_C(4096)
#define NOWHERE UINT64_C(1) /* no address that code comes to */

struct memory {
	uint64_t addr, size;
	uint8_t *bytes;
	const uint8_t *initial;
	uint8_t *dirty; /* by page */
	SU_VEC(uint32_t) dirty_pages;
};

struct su_emulator {
	const struct su_world *world;
	const struct su_unicorn *unicorn;
	uc_engine *uc;
	struct memory memories[SU_REGION_COUNT];
	uint8_t *stack_written; /* by byte of the stack */
	const struct su_listener *listener;
	const struct su_trial_code *code;
	bool started; /* watched addresses count from the second instruction on */
	uint64_t limit, pc, last_own;
	bool last_was_call;
	uint32_t fresh; /* registers written */
	enum su_event event;
	uint64_t at;
};

/* ---- decoded code ---- */

static void look_at(struct su_trial_code *code, const struct su_insn *insn)
{
	const struct su_operand *to = &insn->operands[0], *from = &insn->operands[1];

	if (to->kind == SU_OP_REG && to->reg == SU_RSP && to->written &&
	    ((insn->opcode == SU_OPC_SUB && from->kind == SU_OP_REG) || insn->opcode == SU_OPC_AND))
		code->moves_sp = true;
	if (insn->reads.vector | insn->writes.vector)
		code->uses_vectors = true;
}

static uint16_t written_by(const struct su_insn *insn)
{
	uint16_t bits = 0;

	for (int reg = 0; reg < 16; reg++)
		bits |= (uint16_t)((insn->writes.gpr[reg] != 0) << reg);
	return bits;
}

void su_trial_code_add(struct su_trial_code *code, const struct su_world *world, uint64_t addr,
		       uint64_t size)
{
	uint64_t room = 0;
	const uint8_t *bytes = su_world_code(world, addr, &room);
	size_t part = code->part_count;

	if (!bytes || part == sizeof(code->parts) / sizeof(*code->parts))
		return;
	size = size < room ? size : room;
	code->part_count++;
	code->parts[part].addr = addr;
	code->parts[part].size = size;
	code->parts[part].insn_at = su_alloc(size * sizeof(int32_t));
	memset(code->parts[part].insn_at, 0xff, size * sizeof(int32_t));
	for (uint64_t off = 0; off < size;) {
		struct su_insn insn;

		if (!su_insn_decode(bytes + off, size - off, addr + off, &insn)) {
			off++;
			continue;
		}
		code->parts[part].insn_at[off] = (int32_t)code->insns.len;
		su_vec_push(&code->insns, insn);
		su_vec_push(&code->watched, 0);
		su_vec_push(&code->written, written_by(&insn));
		look_at(code, &insn);
		off += insn.length;
	}
}

void su_trial_code_deinit(struct su_trial_code *code)
{
	for (size_t i = 0; i < code->part_count; i++)
		free(code->parts[i].insn_at);
	su_vec_deinit(&code->insns);
	su_vec_deinit(&code->watched);
	su_vec_deinit(&code->written);
}

static const struct su_insn *find_insn(const struct su_trial_code *code, uint64_t addr,
				       bool *ret_inside)
{
	for (size_t i = 0; i < code->part_count; i++) {
		uint64_t off = addr - code->parts[i].addr;

		if (off >= code->parts[i].size)
			continue;
		*ret_inside = true;
		return code->parts[i].insn_at[off] < 0
			       ? NULL
			       : &code->insns.at[code->parts[i].insn_at[off]];
	}
	*ret_inside = false;
	return NULL;
}

const struct su_insn *su_trial_code_at(const struct su_trial_code *code, uint64_t addr)
{
	bool inside;

	return find_insn(code, addr, &inside);
}

void su_trial_code_watch(struct su_trial_code *code, uint64_t addr)
{
	const struct su_insn *insn = su_trial_code_at(code, addr);

	if (insn)
		code->watched.at[insn - code->insns.at] = 1;
}

/* ---- memory ---- */

static struct memory *memory_at(const struct su_emulator *emulator, uint64_t addr)
{
	for (int i = 0; i < SU_REGION_COUNT; i++) {
		const struct memory *memory = &emulator->memories[i];

		if (addr - memory->addr < memory->size)
			return (struct memory *)memory;
	}
	return NULL;
}

static void mark_memory(struct su_emulator *emulator, struct memory *memory, uint64_t off,
			uint64_t size)
{
	for (uint64_t page = off / PAGE; page <= (off + size - 1) / PAGE; page++) {
		if (page * PAGE >= memory->size || memory->dirty[page])
			continue;
		memory->dirty[page] = 1;
		su_vec_push(&memory->dirty_pages, (uint32_t)page);
	}
	if (memory == &emulator->memories[SU_REGION_STACK] && off + size <= memory->size)
		memset(emulator->stack_written + off, 1, size);
}

bool su_emulator_read(const struct su_emulator *emulator, uint64_t addr, void *ret, uint64_t size)
{
	const struct memory *memory = memory_at(emulator, addr);

	if (!memory || addr - memory->addr + size > memory->size)
		return false;
	memcpy(ret, memory->bytes + (addr - memory->addr), size);
	return true;
}

bool su_emulator_write(struct su_emulator *emulator, uint64_t addr, const void *bytes,
		       uint64_t size)
{
	struct memory *memory = memory_at(emulator, addr);

	if (!memory || !size || addr - memory->addr + size > memory->size)
		return false;
	mark_memory(emulator, memory, addr - memory->addr, size);
	memcpy(memory->bytes + (addr - memory->addr), bytes, size);
	return true;
}

uint64_t su_emulator_written(const struct su_emulator *emulator, uint64_t addr, uint32_t size)
{
	const struct memory *stack = &emulator->memories[SU_REGION_STACK];
	uint64_t bits = 0;

	for (uint32_t i = 0; i < size && i < 64; i++) {
		uint64_t off = addr + i - stack->addr;

		if (off < stack->size && emulator->stack_written[off])
			bits |= UINT64_C(1) << i;
	}
	return bits;
}

void su_emulator_save(const struct su_emulator *emulator, enum su_region_kind kind,
		      struct su_pages *ret)
{
	const struct memory *memory = &emulator->memories[kind];

	ret->region_addr = memory->addr;
	ret->numbers.len = ret->bytes.len = 0;
	for (size_t i = 0; i < memory->dirty_pages.len; i++) {
		uint32_t page = memory->dirty_pages.at[i];
		size_t at = ret->bytes.len;

		su_vec_push(&ret->numbers, page);
		su_vec_fill(&ret->bytes, at + PAGE, 0);
		memcpy(ret->bytes.at + at, memory->bytes + page * PAGE, PAGE);
	}
}

void su_emulator_load(struct su_emulator *emulator, const struct su_pages *pages)
{
	for (size_t i = 0; i < pages->numbers.len; i++)
		su_emulator_write(emulator, pages->region_addr + pages->numbers.at[i] * PAGE,
				  pages->bytes.at + i * PAGE, PAGE);
}

void su_pages_deinit(struct su_pages *pages)
{
	su_vec_deinit(&pages->numbers);
	su_vec_deinit(&pages->bytes);
}

/* ---- registers ---- */

uint32_t su_emulator_fresh(const struct su_emulator *emulator)
{
	return emulator->fresh;
}

void su_emulator_set_fresh(struct su_emulator *emulator, uint32_t bits)
{
	emulator->fresh = bits;
}

static int unicorn_reg(uint8_t reg)
{
	static const int general[] = { UC_X86_REG_RAX, UC_X86_REG_RCX, UC_X86_REG_RDX,
				       UC_X86_REG_RBX, UC_X86_REG_RSP, UC_X86_REG_RBP,
				       UC_X86_REG_RSI, UC_X86_REG_RDI, UC_X86_REG_R8,
				       UC_X86_REG_R9,  UC_X86_REG_R10, UC_X86_REG_R11,
				       UC_X86_REG_R12, UC_X86_REG_R13, UC_X86_REG_R14,
				       UC_X86_REG_R15 };

	return reg < 16 ? general[reg] : UC_X86_REG_XMM0 + (reg - SU_XMM0);
}

uint64_t su_emulator_reg(struct su_emulator *emulator, uint8_t reg)
{
	uint64_t value[8] = { 0 };

	emulator->unicorn->reg_read(emulator->uc, unicorn_reg(reg), value);
	return value[0];
}

void su_emulator_set_reg(struct su_emulator *emulator, uint8_t reg, uint64_t value)
{
	uint64_t wide[8] = { value };

	emulator->unicorn->reg_write(emulator->uc, unicorn_reg(reg), wide);
}

/* ---- hooks ---- */

static void stop_emulator(struct su_emulator *emulator, enum su_event event, uint64_t at)
{
	emulator->event = event;
	emulator->at = at;
	emulator->unicorn->emu_stop(emulator->uc);
}

static bool is_watched(const struct su_trial_code *code, const struct su_insn *insn)
{
	return insn && code->watched.at[insn - code->insns.at];
}

static void enter_own(struct su_emulator *emulator, const struct su_insn *insn, uint64_t addr)
{
	emulator->last_own = addr;
	if (insn)
		emulator->fresh |= emulator->code->written.at[insn - emulator->code->insns.at];
	emulator->last_was_call =
		insn && (insn->flow == SU_FLOW_CALL || insn->flow == SU_FLOW_CALL_IND);
	if (insn && emulator->listener->compares &&
	    (insn->opcode == SU_OPC_CMP || insn->opcode == SU_OPC_TEST))
		emulator->listener->compares(emulator->listener->ctx, insn);
}

static void on_code(uc_engine *uc, uint64_t addr, uint32_t size, void *ctx)
{
	struct su_emulator *emulator = ctx;
	bool first = !emulator->started, inside, called = emulator->last_was_call && !first;
	const struct su_insn *insn = find_insn(emulator->code, addr, &inside);

	(void)size;
	emulator->started = true;
	if (emulator->event != SU_EVENT_LIMIT) /* stopped already */
		return;
	if (!first && is_watched(emulator->code, insn)) {
		stop_emulator(emulator, SU_EVENT_WATCHED, addr);
		return;
	}
	if (!first && (inside ? called : !su_world_is_passage(emulator->world, addr))) {
		stop_emulator(emulator, SU_EVENT_LEFT, addr);
		return;
	}
	if (emulator->limit-- == 0) {
		emulator->limit = 0;
		emulator->at = addr;
		emulator->unicorn->emu_stop(uc);
		return;
	}
	if (inside && insn && insn->is_syscall) {
		stop_emulator(emulator, SU_EVENT_FAULT, addr);
		return;
	}
	emulator->pc = addr;
	if (inside)
		enter_own(emulator, insn, addr);
}

static void on_write(uc_engine *uc, uc_mem_type type, uint64_t addr, int size, int64_t value,
		     void *ctx)
{
	struct su_emulator *emulator = ctx;
	struct memory *memory = memory_at(emulator, addr);

	(void)uc;
	(void)type;
	if (!memory)
		return;
	mark_memory(emulator, memory, addr - memory->addr, (uint64_t)size);
	if (memory == &emulator->memories[SU_REGION_IMAGE] ||
	    memory == &emulator->memories[SU_REGION_HEAP])
		emulator->listener->wrote(emulator->listener->ctx, addr, (uint32_t)size,
					  (uint64_t)value, emulator->pc);
}

static void on_read(uc_engine *uc, uc_mem_type type, uint64_t addr, int size, int64_t value,
		    void *ctx)
{
	struct su_emulator *emulator = ctx;

	(void)uc;
	(void)type;
	(void)value;
	if (emulator->listener->read)
		emulator->listener->read(emulator->listener->ctx, addr, (uint32_t)size);
}

/* ---- runs ---- */

static struct su_err *result_of(const struct su_emulator *emulator, uc_err code)
{
	return code == UC_ERR_OK ? NULL
				 : su_err_new(SU_E_INTERNAL, "the emulator failed: %s",
					      emulator->unicorn->strerror(code));
}

static struct su_err *open_engine(struct su_emulator *emulator)
{
	return result_of(emulator, emulator->unicorn->open(UC_ARCH_X86, UC_MODE_64, &emulator->uc));
}

static struct su_err *map_all(struct su_emulator *emulator)
{
	for (int i = 0; i < SU_REGION_COUNT; i++) {
		const struct su_region *region = &emulator->world->regions[i];
		struct memory *memory = &emulator->memories[i];

		memory->addr = region->addr;
		memory->size = region->size;
		memory->initial = region->bytes;
		memory->bytes = aligned_alloc(PAGE, region->size);
		su_assert(memory->bytes);
		memcpy(memory->bytes, region->bytes, region->size);
		memory->dirty = su_alloc(region->size / PAGE);
		SU_TRY(result_of(emulator, emulator->unicorn->mem_map_ptr(
						   emulator->uc, region->addr, region->size,
						   UC_PROT_ALL, memory->bytes)));
	}
	emulator->stack_written = su_alloc(emulator->memories[SU_REGION_STACK].size);
	return NULL;
}

static struct su_err *add_hooks(struct su_emulator *emulator)
{
	const struct {
		int type;
		void *call;
	} hooks[] = { { UC_HOOK_CODE, (void *)on_code },
		      { UC_HOOK_MEM_WRITE, (void *)on_write },
		      { UC_HOOK_MEM_READ, (void *)on_read } };

	for (size_t i = 0; i < sizeof(hooks) / sizeof(*hooks); i++) {
		uc_hook hook;

		SU_TRY(result_of(emulator,
				 emulator->unicorn->hook_add(emulator->uc, &hook, hooks[i].type,
							     hooks[i].call, emulator, (uint64_t)1,
							     (uint64_t)0)));
	}
	return NULL;
}

struct su_err *su_emulator_create(const struct su_world *world, struct su_emulator **ret)
{
	struct su_emulator *emulator = su_alloc(sizeof(*emulator));
	struct su_err *err = su_unicorn_load(&emulator->unicorn);

	emulator->world = world;
	if (!err)
		err = open_engine(emulator);
	if (!err)
		err = map_all(emulator);
	if (!err)
		err = add_hooks(emulator);
	if (err) {
		su_emulator_destroy(emulator);
		return err;
	}
	*ret = emulator;
	return NULL;
}

void su_emulator_destroy(struct su_emulator *emulator)
{
	if (!emulator)
		return;
	if (emulator->uc)
		emulator->unicorn->close(emulator->uc);
	for (int i = 0; i < SU_REGION_COUNT; i++) {
		free(emulator->memories[i].bytes);
		free(emulator->memories[i].dirty);
		su_vec_deinit(&emulator->memories[i].dirty_pages);
	}
	free(emulator->stack_written);
	free(emulator);
}

void su_emulator_reset(struct su_emulator *emulator)
{
	uint64_t thread = SU_WORLD_THREAD, flags = 2;

	for (int i = 0; i < SU_REGION_COUNT; i++) {
		struct memory *memory = &emulator->memories[i];

		for (size_t k = 0; k < memory->dirty_pages.len; k++) {
			uint64_t off = memory->dirty_pages.at[k] * PAGE;

			memcpy(memory->bytes + off, memory->initial + off, PAGE);
			memory->dirty[memory->dirty_pages.at[k]] = 0;
			if (i == SU_REGION_STACK)
				memset(emulator->stack_written + off, 0, PAGE);
		}
		memory->dirty_pages.len = 0;
	}
	for (uint8_t reg = 0; reg < 16; reg++)
		su_emulator_set_reg(emulator, reg, 0);
	emulator->unicorn->reg_write(emulator->uc, UC_X86_REG_FS_BASE, &thread);
	emulator->unicorn->reg_write(emulator->uc, UC_X86_REG_EFLAGS, &flags);
	emulator->last_own = emulator->pc = 0;
	su_emulator_set_fresh(emulator, UINT32_MAX);
}

void su_emulator_listen(struct su_emulator *emulator, const struct su_listener *listener)
{
	emulator->listener = listener;
}

void su_emulator_set_code(struct su_emulator *emulator, const struct su_trial_code *code)
{
	emulator->code = code;
}

enum su_event su_emulator_run(struct su_emulator *emulator, uint64_t addr, uint64_t *limit,
			      uint64_t *ret_at)
{
	uc_err code;

	emulator->started = false;
	emulator->last_was_call = false;
	emulator->limit = *limit;
	emulator->event = SU_EVENT_LIMIT;
	code = emulator->unicorn->emu_start(emulator->uc, addr, NOWHERE, 0, 0);
	*limit = emulator->limit;
	if (code != UC_ERR_OK && emulator->event == SU_EVENT_LIMIT) {
		emulator->event = SU_EVENT_FAULT;
		emulator->at = emulator->pc;
	}
	*ret_at = emulator->at;
	return emulator->event;
}

uint64_t su_emulator_last(const struct su_emulator *emulator)
{
	return emulator->last_own;
}

/*
 * src/analysis: liveness in a program that exercises compilers.
 *
 * The oracle is the program itself: it is run with a breakpoint at every return address, and
 * whatever the analysis says is dead there is overwritten with garbage; what the program prints
 * must stay the same.
 */
#include <string.h>
#include <sys/ptrace.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include "analysis/states.h"
#include "arch/abi.h"
#include "suite.h"
#include "values_fixture.h"

#define GARBAGE 0xbadc0ffee0ddf00dull

struct stop {
	uint64_t vaddr;
	const struct analysed *in;
	uint32_t insn; /* the one at the return address */
	uint8_t text;  /* the byte there */
};

typedef SU_VEC(struct stop) stop_list;

static void find_stops(stop_list *ret)
{
	for (size_t i = 0; i < all.len; i++) {
		const struct su_function *code = all.at[i].routine->code;

		for (uint32_t n = 1; n < code->insn_count; n++) {
			const struct su_insn *call = &code->insns[n - 1];

			if (call->opcode == SU_OPC_CALL &&
			    call->vaddr + call->length == code->insns[n].vaddr)
				su_vec_push(ret, (struct stop){ .vaddr = code->insns[n].vaddr,
								.in = &all.at[i],
								.insn = n });
		}
	}
}

static uint64_t *register_of(struct user_regs_struct *regs, uint8_t reg)
{
	unsigned long long *const places[16] = {
		&regs->rax, &regs->rcx, &regs->rdx, &regs->rbx, &regs->rsp, &regs->rbp,
		&regs->rsi, &regs->rdi, &regs->r8,  &regs->r9,	&regs->r10, &regs->r11,
		&regs->r12, &regs->r13, &regs->r14, &regs->r15,
	};

	return (uint64_t *)places[reg];
}

static bool is_free(uint8_t reg, const struct su_regset *clobbered)
{
	return clobbered->gpr[reg] || su_abi_callee_saved(reg);
}

/* Callers may know that the function leaves some caller-saved registers alone (gcc -fipa-ra). */
static void spoil_registers(pid_t pid, struct user_regs_struct *regs,
			    const struct su_live_set *live, const struct su_regset *clobbered)
{
	struct user_fpregs_struct vectors;

	for (uint8_t reg = 0; reg < 16; reg++) {
		uint64_t *place = register_of(regs, reg), dead = 0;

		for (int byte = 0; byte < 8; byte++) {
			if (!(live->regs.gpr[reg] >> byte & 1) && is_free(reg, clobbered))
				dead |= 0xffull << (8 * byte);
		}
		if (reg != SU_RSP)
			*place = (*place & ~dead) | (GARBAGE & dead);
	}
	ck_assert_int_eq(ptrace(PTRACE_GETFPREGS, pid, NULL, &vectors), 0);
	for (int n = 0; n < 16; n++) {
		if (!(live->regs.vector >> n & 1) && (clobbered->vector >> n & 1))
			memset(&vectors.xmm_space[4 * n], 0xcd, 16);
	}
	ck_assert_int_eq(ptrace(PTRACE_SETFPREGS, pid, NULL, &vectors), 0);
}

/* Where frame offset `off` is, by a register that holds an address of the same base; 0: none. */
static uint64_t place_of(const struct su_values *values, const uint32_t *state,
			 const struct user_regs_struct *regs, int64_t off)
{
	const struct {
		uint8_t reg;
		uint64_t holds;
	} known[] = { { SU_RSP, regs->rsp }, { SU_RBP, regs->rbp }, { SU_RBX, regs->rbx } };

	for (int i = 0; i < 3; i++) {
		const struct su_value *value = value_in((void *)values, state, known[i].reg);

		if (value->kind == SU_VAL_FRAME && su_frame_base(value->imm) == su_frame_base(off))
			return known[i].holds + (uint64_t)(off - value->imm);
	}
	return 0;
}

/* Whether the dynamic part may reach over the cell. */
static bool is_forgotten(const struct su_values *values, uint32_t insn, const struct su_cell *cell)
{
	bool forgotten = false;

	for (uint32_t i = 0; i < values->code->insn_count; i++)
		forgotten |= values->fixed_end[i] != SU_NO_OFF && cell->off < values->fixed_end[i];
	return forgotten && values->sp[insn] == SU_NO_OFF;
}

static void spoil_bytes(int mem, const struct su_live *live, const struct su_live_set *set,
			size_t cell, uint64_t at)
{
	const struct su_cell *whole = &live->values->cells[cell];

	for (uint32_t byte = 0; byte < whole->size; byte++) {
		if (!su_live_has_bytes(live, set, cell, whole->off + byte, 1))
			ck_assert_int_eq(pwrite(mem, "\x5a", 1, (off_t)(at + byte)), 1);
	}
}

static void spoil_cells(int mem, struct su_values *values, const struct su_live *live,
			const struct su_live_set *set, const struct user_regs_struct *regs,
			uint32_t insn)
{
	uint32_t *state = su_alloc(values->loc_count * sizeof(*state));

	su_values_before(values, insn, state);
	for (size_t i = 0; i < values->cell_count; i++) {
		const struct su_cell *cell = &values->cells[i];

		uint64_t at = place_of(values, state, regs, cell->off);

		if (!cell->in_region && at >= regs->rsp && cell->is_read &&
		    !is_forgotten(values, insn, cell))
			spoil_bytes(mem, live, set, i, at);
	}
	free(state);
}

static void spoil(pid_t pid, int mem, const struct stop *stop, struct user_regs_struct *regs)
{
	const struct su_live *live = stop->in->live;
	struct su_values *values = stop->in->values;
	struct su_live_set set = { .cells = su_alloc((live->words + 1) * sizeof(uint64_t)) };
	struct su_regset clobbered;

	su_clobbers_of(program->clobbers, stop->in->routine->vaddr, &clobbered);
	su_live_before(live, stop->insn, &set);
	spoil_cells(mem, values, live, &set, regs, stop->insn);
	spoil_registers(pid, regs, &set, &clobbered);
	free(set.cells);
}

static uint64_t load_bias(pid_t pid)
{
	SU_FREE char *path = su_format("/proc/%d/auxv", (int)pid);
	FILE *file = fopen(path, "r");
	uint64_t pair[2] = { 0 };

	ck_assert_ptr_nonnull(file);
	while (fread(pair, sizeof(pair), 1, file) == 1 && pair[0] != 9 /* AT_ENTRY */)
		;
	fclose(file);
	return pair[1] - program->image->entry;
}

static const struct stop *stop_at(const stop_list *stops, uint64_t vaddr)
{
	for (size_t i = 0; i < stops->len; i++) {
		if (stops->at[i].vaddr == vaddr)
			return &stops->at[i];
	}
	ck_abort_msg("stopped at 0x%lx", (unsigned long)vaddr);
}

static void set_byte(int mem, uint64_t addr, uint8_t byte)
{
	ck_assert_int_eq(pwrite(mem, &byte, 1, (off_t)addr), 1);
}

static size_t run_spoiled(pid_t pid, stop_list *stops)
{
	uint64_t bias = load_bias(pid);
	SU_FREE char *path = su_format("/proc/%d/mem", (int)pid);
	FILE *file = fopen(path, "r+");
	int mem = fileno(file), status = 0;
	size_t count = 0;

	for (size_t i = 0; i < stops->len; i++) {
		uint8_t byte;

		ck_assert_int_eq(pread(mem, &byte, 1, (off_t)(bias + stops->at[i].vaddr)), 1);
		stops->at[i].text = byte;
		set_byte(mem, bias + stops->at[i].vaddr, 0xcc);
	}
	for (;; count++) {
		struct user_regs_struct regs;

		ck_assert_int_eq(ptrace(PTRACE_CONT, pid, NULL, NULL), 0);
		ck_assert_int_eq(waitpid(pid, &status, 0), pid);
		if (!WIFSTOPPED(status) || WSTOPSIG(status) != SIGTRAP)
			break;
		ck_assert_int_eq(ptrace(PTRACE_GETREGS, pid, NULL, &regs), 0);
		const struct stop *stop = stop_at(stops, --regs.rip - bias);
		spoil(pid, mem, stop, &regs);
		ck_assert_int_eq(ptrace(PTRACE_SETREGS, pid, NULL, &regs), 0);
		set_byte(mem, regs.rip, stop->text);
		ck_assert_int_eq(ptrace(PTRACE_SINGLESTEP, pid, NULL, NULL), 0);
		ck_assert_int_eq(waitpid(pid, &status, 0), pid);
		set_byte(mem, regs.rip, 0xcc);
	}
	fclose(file);
	ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 0, "the program ended with %x",
		      status);
	return count;
}

START_TEST(what_is_dead_does_not_matter)
{
	SU_FREE char *path = su_format("%s/%d", dir, _i);
	SU_FREE char *out = su_format("%s/%d.spoiled", dir, _i);
	SU_FREE char *compare = su_format("cmp %s/%d.out %s", dir, _i, out);
	stop_list stops = { 0 };
	int status;

	analyse(_i);
	find_stops(&stops);
	pid_t pid = fork();
	if (pid == 0) {
		ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		if (freopen(out, "w", stdout))
			execl(path, path, NULL);
		_exit(127);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert_uint_ge(run_spoiled(pid, &stops), 1000);
	ck_assert_int_eq(system(compare), 0);
	su_vec_deinit(&stops);
	forget();
}
END_TEST

static void set_up(void)
{
	build_all("./$n > $n.out");
}

int main(void)
{
	Suite *suite = suite_create("liveness");
	TCase *tests = tcase_create("liveness");

	tcase_set_timeout(tests, 20);
	tcase_add_unchecked_fixture(tests, set_up, remove_all);
	tcase_add_loop_test(tests, what_is_dead_does_not_matter, 0, FLAVOUR_COUNT);
	suite_add_tcase(suite, tests);
	return run_suite(suite);
}

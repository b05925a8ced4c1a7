/*
 * src/analysis: stack depth, saved registers and liveness of a program that exercises compilers,
 * built by gcc and clang at several levels.
 *
 * Two oracles.  readelf's interpretation of .eh_frame says at every call where the CFA is and where
 * the caller's registers are saved.  And the program itself: it is run with a breakpoint at every
 * return address, and whatever the analysis says is dead there is overwritten with garbage; what
 * the program prints must stay the same.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include "analysis/live.h"
#include "analysis/numbering.h"
#include "analysis/states.h"
#include "arch/abi.h"
#include "diff/program.h"
#include "suite.h"

static const char source[] =
	"#include <math.h>\n#include <stdarg.h>\n#include <stdio.h>\n#include <stdlib.h>\n"
	"#include <string.h>\n"
	"#define N __attribute__((noinline))\n"
	"struct pair { long a, b; }; struct big { int v[9]; };\n"
	"static unsigned seed = 7; int (*hook)(int, int);\n"
	"N int next(void) { seed = seed * 1103515245u + 12345u; return seed >> 16 & 0x7fff; }\n"
	"N int add(int a, int b) { return a + b + next() % 3; }\n"
	"N int many(int a, int b, int c, int d, int e, int f, int g, int h) {\n"
	" int x = next(); int y = add(a, h); return a * x + b * y + c - d + e * 2 + f + g * h; }\n"
	"N int tail(int a, int b, int c, int d, int e, int f, int g, int h) {\n"
	" g += next() % 5; if (a > b) puts(\"tail\"); return many(b, a, c, d, e, f, g, h + 1); }\n"
	"N struct pair two(int n) { struct pair p = { n, next() }; if (n > 3) p.b += two(n - 1).a; "
	"return p; }\n"
	"N struct big nine(int n) { struct big r; for (int i = 0; i < 9; i++) r.v[i] = add(i, n);\n"
	" return r; }\n"
	"N int total(int n, ...) { va_list l; va_start(l, n); int s = 0;\n"
	" for (int i = 0; i < n; i++) { s += va_arg(l, int); s ^= next(); } va_end(l); return s; "
	"}\n"
	"N double mean(const double *p, int n) { double s = 0; for (int i = 0; i < n; i++) {\n"
	" s += p[i] * next(); s = sqrt(s + 1); } return s / n; }\n"
	"N int words(char *text) { int n = 0; for (char *w = strtok(text, \" \"); w;\n"
	" w = strtok(NULL, \" \")) { n += strlen(w) * 3 + next() % 2; } return n; }\n"
	"N int choose(int x) { int n = next(); switch (x) { case 0: n = add(n, 1); break;\n"
	" case 1: n = many(1, 2, 3, 4, 5, 6, 7, n); break; case 2: puts(\"two\"); break;\n"
	" case 3: n -= total(3, 1, 2, 3); break; case 4: n = n / 7 + next(); break;\n"
	" case 5: n ^= next(); break; default: return -n; } return n + add(x, n); }\n"
	"static int compare(const void *a, const void *b) {\n"
	" int x = *(const int *)a, y = *(const int *)b; return (x > y) - (x < y) + 0 * next(); }\n"
	"N int sorted(int n) { int v[20]; for (int i = 0; i < 20; i++) v[i] = next() % 100;\n"
	" qsort(v, 20, sizeof(int), compare); int s = 0;\n"
	" for (int i = 0; i < 20; i++) s = s * 3 + v[i]; return s + n; }\n"
	"N long mixed(char a, short b, int c, long d, unsigned char e) {\n"
	" long r = a; for (int i = 0; i < 4; i++) { r = r * 31 + b + next(); b += e; c -= a;\n"
	"  d ^= r; if (d & 1) r += add(c, b); else e = next(); } return r + c + d + e; }\n"
	"N int deep(int n) { char text[32]; snprintf(text, sizeof(text), \"%d\", n);\n"
	" int x = next(), y = next(), z = next(); if (n) x += deep(n - 1);\n"
	" y += strlen(text); z += next(); return x * 3 + y * 5 + z * 7; }\n"
	"N long dynamic(int n) { long v[n % 5 + 2], s = 1; for (int i = 0; i < n % 5 + 2; i++)\n"
	" v[i] = next(); for (int k = 1; k < 3; k++) { char w[k * 9 + n]; memset(w, k, k * 9 + "
	"n);\n"
	"  s += add(w[n] + n, k) * s; s ^= v[k - 1]; } return s + v[n % 5 + 1] + add(n, 1); }\n"
	"N long aligned(int a, int b, int c, int d, int e, int f, int g, int h) {\n"
	" __attribute__((aligned(64))) int v[16]; memset(v, a, sizeof(v)); long s = next() + g;\n"
	" qsort(v, 16, sizeof(int), compare); s = s * 3 + add(v[3], b) * h; s += next();\n"
	" return s + ((long)v & 63) + v[a & 15] + c * d - e + f; }\n"
	"N long both(int n) { __attribute__((aligned(32))) int v[8]; char w[n + 1]; memset(v, n, "
	"32);"
	"\n memset(w, n, n + 1); long s = next() + (v[n & 7] ^ w[n]); s += add(v[2], w[0]) * s;\n"
	" return s + ((long)v & 31); }\n"
	"int main(int argc, char **argv) { hook = add; double d[4] = { 1, 2, 3, 4 };\n"
	" for (int i = 0; i < 8; i++) {\n"
	"  char text[] = \"the quick brown fox jumps\"; struct pair p = two(i);\n"
	"  struct big b = nine(i); int t = total(4, i, 2, p.a, b.v[3]);\n"
	"  printf(\"%d %ld %ld %d %d\\n\", i, p.a, p.b, b.v[8], t);\n"
	"  printf(\"%d %d %.6f %d\\n\", words(text), choose(i), mean(d, 4), hook(i, t));\n"
	"  printf(\"%d %d %ld\\n\", tail(i, 4, 3, 4, 5, 6, 7, i), sorted(i), mixed(i, 2, t, 4, "
	"5));\n"
	"  printf(\"%d %ld\\n\", deep(i), dynamic(i));\n"
	"  printf(\"%ld %ld\\n\", aligned(i, 2, 3, 4, 5, 6, 7, t), both(i)); }\n"
	" return 0; }\n";

struct flavour {
	const char *compiler, *flags;
};

static const struct flavour flavours[] = {
	{ "gcc", "-O0" },
	{ "gcc", "-O1" },
	{ "gcc", "-O2" },
	{ "gcc", "-O3" },
	{ "gcc", "-Os" },
	{ "gcc", "-O2 -fno-omit-frame-pointer" },
	{ "gcc", "-O2 -fstack-protector-strong -fcf-protection=full" },
	{ "clang", "-O0" },
	{ "clang", "-O2" },
	{ "clang", "-Os" },
	{ "clang", "-O2 -fno-omit-frame-pointer" },
};

#define FLAVOUR_COUNT ((int)(sizeof(flavours) / sizeof(flavours[0])))

static char dir[] = "/tmp/su-test-values-XXXXXX";

static void build_all(void)
{
	ck_assert_ptr_nonnull(mkdtemp(dir));
	SU_FREE char *path = su_format("%s/program.c", dir);
	FILE *out = fopen(path, "w");
	ck_assert_ptr_nonnull(out);
	fputs(source, out);
	fclose(out);
	for (int i = 0; i < FLAVOUR_COUNT; i++) {
		SU_FREE char *command = su_format(
			"cd %s && %s -w -g %s -fPIE -pie -Wl,--build-id program.c -o %d -lm && "
			"./%d > %d.out && readelf -wF %d > %d.frames 2>&1",
			dir, flavours[i].compiler, flavours[i].flags, i, i, i, i, i);

		ck_assert_msg(system(command) == 0, "%s", command);
	}
}

static void remove_all(void)
{
	SU_FREE char *command = su_format("rm -r %s", dir);

	ck_assert_int_eq(system(command), 0);
}

/* ---- one analysed program ---- */

struct analysed {
	const struct su_routine *routine;
	struct su_values *values;
	struct su_live *live;
};

static struct su_program *program;
static struct su_arena *arena;
static SU_VEC(struct analysed) all;

static void analyse(int flavour)
{
	SU_FREE char *path = su_format("%s/%d", dir, flavour);
	struct su_err *err = su_program_open(path, NULL, 0, &program);

	ck_assert_msg(!err, "%s", err ? su_err_message(err) : "");
	arena = su_arena_create();
	for (size_t i = 0; i < program->routines.len; i++) {
		const struct su_routine *routine = &program->routines.at[i];
		struct analysed one = { .routine = routine };

		if (routine->startup)
			continue;
		one.values =
			su_values_create(arena, program->image, program->debug, program->clobbers,
					 program->escapes, routine->vaddr, routine->code);
		ck_assert_msg(!one.values->unknown, "%s: %s", routine->name, one.values->unknown);
		one.live = su_live_create(one.values);
		su_vec_push(&all, one);
	}
	ck_assert_uint_ge(all.len, 10);
}

static void forget(void)
{
	for (size_t i = 0; i < all.len; i++)
		su_values_deinit(all.at[i].values);
	su_vec_deinit(&all);
	su_arena_destroy(arena);
	su_program_close(program);
}

/* ---- frames ---- */

#define COLUMNS 20

/* A row of readelf -wF: texts of the columns; names in `head`. */
struct row {
	uint64_t vaddr, end;
	char cell[COLUMNS][16];
};

struct frames {
	SU_VEC(struct row) rows;
	SU_VEC(size_t) heads; /* by row: index into `all_heads` */
	SU_VEC(struct { char name[COLUMNS][16]; }) all_heads;
};

static int split(char *line, char out[COLUMNS][16])
{
	int count = 0;

	memset(out, 0, sizeof(char[COLUMNS][16]));
	for (char *word = strtok(line, " \n"); word && count < COLUMNS; word = strtok(NULL, " \n"))
		snprintf(out[count++], 16, "%s", word);
	return count;
}

static void end_row(struct frames *frames, uint64_t end)
{
	if (frames->rows.len && !frames->rows.at[frames->rows.len - 1].end)
		frames->rows.at[frames->rows.len - 1].end = end;
}

static struct frames read_frames(int flavour)
{
	SU_FREE char *path = su_format("%s/%d.frames", dir, flavour);
	FILE *file = fopen(path, "r");
	struct frames frames = { 0 };
	char line[512], words[COLUMNS][16];
	unsigned long start, end = 0;

	ck_assert_ptr_nonnull(file);
	while (fgets(line, sizeof(line), file)) {
		char *pc = strstr(line, "pc=");
		char *rest;
		uint64_t vaddr = strtoull(line, &rest, 16);

		if (pc && strstr(line, " FDE ") && sscanf(pc, "pc=%lx..%lx", &start, &end) == 2) {
			continue;
		} else if (strstr(line, "CFA") && strstr(line, "LOC")) {
			end_row(&frames, 0);
			su_vec_add(&frames.all_heads);
			split(line, frames.all_heads.at[frames.all_heads.len - 1].name);
		} else if (rest - line == 16 && *rest == ' ' && end && frames.all_heads.len &&
			   vaddr >= start && vaddr < end) {
			struct row row = { .vaddr = vaddr, .end = end };

			if (frames.rows.len && frames.rows.at[frames.rows.len - 1].end == end)
				frames.rows.at[frames.rows.len - 1].end = vaddr;
			split(line, words);
			memcpy(row.cell, words, sizeof(words));
			su_vec_push(&frames.rows, row);
			su_vec_push(&frames.heads, frames.all_heads.len - 1);
		}
	}
	fclose(file);
	return frames;
}

static void free_frames(struct frames *frames)
{
	su_vec_deinit(&frames->rows);
	su_vec_deinit(&frames->heads);
	su_vec_deinit(&frames->all_heads);
}

static const struct su_value *value_in(struct su_values *values, const uint32_t *state,
				       uint32_t loc)
{
	return su_value_get(values, state[loc]);
}

/* The register's entry value must be in the cell that CFI names, or still in the register. */
static void check_saved(struct su_values *values, const uint32_t *state, const char *name,
			const char *rule, uint64_t vaddr)
{
	uint32_t reg = 0, loc;
	bool exact = false;
	long off = 0;

	while (reg < 16 && strcmp(su_reg_name((uint8_t)reg), name) != 0)
		reg++;
	if (reg == 16 || reg == SU_RSP)
		return;
	if (sscanf(rule, "c%ld", &off) == 1) {
		loc = su_values_cell(values, off, 8, &exact);
		ck_assert_msg(loc != UINT32_MAX && exact, "0x%lx: %s has no cell at CFA%+ld",
			      (unsigned long)vaddr, name, off);
	} else {
		loc = reg;
	}
	const struct su_value *value = value_in(values, state, loc);
	ck_assert_msg(value->kind == SU_VAL_ENTRY && value->loc == reg,
		      "0x%lx: %s (%s) does not hold the caller's value", (unsigned long)vaddr, name,
		      rule);
}

static void check_row(struct su_values *values, const uint32_t *state, const struct row *row,
		      char head[COLUMNS][16], uint64_t vaddr)
{
	bool seen[16] = { false };
	char reg[4] = "";
	long off = 0;

	if (strcmp(row->cell[1], "exp") == 0)
		return;
	ck_assert_int_eq(sscanf(row->cell[1], "%3[a-z]%ld", reg, &off), 2);
	const struct su_value *base =
		value_in(values, state, strcmp(reg, "rsp") == 0 ? SU_RSP : SU_RBP);
	ck_assert_msg(base->kind == SU_VAL_FRAME && base->imm == -off,
		      "0x%lx: the CFA is not %s%+ld", (unsigned long)vaddr, reg, off);
	for (int i = 2; i < COLUMNS && head[i][0]; i++) {
		if (strcmp(head[i], "ra") != 0)
			check_saved(values, state, head[i], row->cell[i], vaddr);
		for (uint8_t r = 0; r < 16; r++)
			seen[r] |= strcmp(su_reg_name(r), head[i]) == 0;
	}
	for (uint8_t r = 0; r < 16; r++) {
		if (su_abi_callee_saved(r) && !seen[r])
			check_saved(values, state, su_reg_name(r), "u", vaddr);
	}
}

static size_t check_calls(const struct analysed *one, struct frames *frames)
{
	const struct su_function *code = one->routine->code;
	uint32_t *state = su_alloc(one->values->loc_count * sizeof(*state));
	size_t checked = 0;

	for (uint32_t i = 0; i < code->insn_count; i++) {
		uint64_t vaddr = code->insns[i].vaddr;

		if (code->insns[i].opcode != SU_OPC_CALL)
			continue;
		su_values_before(one->values, i, state);
		if (!state[SU_RSP]) /* no path leads here */
			continue;
		if (!su_values_is_dynamic(one->values, state[SU_RSP]))
			ck_assert_int_eq(one->values->sp[i],
					 value_in(one->values, state, SU_RSP)->imm);
		for (size_t r = 0; r < frames->rows.len; r++) {
			if (vaddr < frames->rows.at[r].vaddr || vaddr >= frames->rows.at[r].end)
				continue;
			check_row(one->values, state, &frames->rows.at[r],
				  frames->all_heads.at[frames->heads.at[r]].name, vaddr);
			checked++;
		}
	}
	free(state);
	return checked;
}

START_TEST(frames_are_as_the_unwind_tables_say)
{
	struct frames frames = read_frames(_i);
	size_t checked = 0;

	analyse(_i);
	for (size_t i = 0; i < all.len; i++)
		checked += check_calls(&all.at[i], &frames);
	ck_assert_uint_ge(checked, 40);
	forget();
	free_frames(&frames);
}
END_TEST

/* ---- liveness ---- */

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

int main(void)
{
	Suite *suite = suite_create("values");
	TCase *tests = tcase_create("values");

	tcase_set_timeout(tests, 20);
	tcase_add_unchecked_fixture(tests, build_all, remove_all);
	tcase_add_loop_test(tests, frames_are_as_the_unwind_tables_say, 0, FLAVOUR_COUNT);
	tcase_add_loop_test(tests, what_is_dead_does_not_matter, 0, FLAVOUR_COUNT);
	suite_add_tcase(suite, tests);
	return run_suite(suite);
}

/* src/arch/x86_64: the assembler, against objdump and the decoder. */
#include <stdio.h>
#include <stdlib.h>

#include "arch/emit.h"
#include "arch/insn.h"
#include "base/alloc.h"
#include "suite.h"

static void emit_forms(struct su_emit *emit, uint8_t a, uint8_t b)
{
	for (unsigned size = 1; size <= 8; size *= 2) {
		su_emit_load(emit, a, b, 0x10, size);
		su_emit_load_signed(emit, a, b, -8, size);
		su_emit_store(emit, a, b, 0x70000000, size);
	}
	su_emit_mov(emit, a, b);
	su_emit_lea(emit, a, b, 9);
	su_emit_sub(emit, a, b);
	su_emit_and(emit, a, b);
	su_emit_or(emit, a, b);
	su_emit_xor(emit, a, b);
	su_emit_imul(emit, a, b);
	su_emit_neg(emit, a);
	su_emit_not(emit, a);
	su_emit_shl_imm(emit, a, 3);
	su_emit_shr_imm(emit, a, 63);
	su_emit_sar_imm(emit, a, 4);
	su_emit_mov_imm(emit, a, 0x1122334455667788);
	su_emit_load_fs(emit, a, 0x28);
	su_emit_rip_lea(emit, a, 0x400000);
}

/* What emit_forms() must have made, in the names that reg() gives. */
static void expect_forms(FILE *out, const char *const (*names)[16], unsigned a, unsigned b)
{
	static const char suffix[] = "bwlq";
	static const char *const operations[] = { "sub", "and", "or", "xor", "imul" };
	const char *const *q = names[3];

	for (unsigned n = 0; n < 4; n++) {
		if (n < 2)
			fprintf(out, "movz%cl 0x10(%%%s),%%%s\n", suffix[n], q[b], names[2][a]);
		else
			fprintf(out, "mov 0x10(%%%s),%%%s\n", q[b], names[n][a]);
		if (n < 3)
			fprintf(out, "movs%cq -0x8(%%%s),%%%s\n", suffix[n], q[b], q[a]);
		else
			fprintf(out, "mov -0x8(%%%s),%%%s\n", q[b], q[a]);
		fprintf(out, "mov %%%s,0x70000000(%%%s)\n", names[n][a], q[b]);
	}
	fprintf(out, "mov %%%s,%%%s\n", q[b], q[a]);
	fprintf(out, "lea 0x9(%%%s),%%%s\n", q[b], q[a]);
	for (size_t i = 0; i < sizeof(operations) / sizeof(*operations); i++)
		fprintf(out, "%s %%%s,%%%s\n", operations[i], q[b], q[a]);
	fprintf(out, "neg %%%s\nnot %%%s\nshl $0x3,%%%s\n", q[a], q[a], q[a]);
	fprintf(out, "shr $0x3f,%%%s\nsar $0x4,%%%s\n", q[a], q[a]);
	fprintf(out, "movabs $0x1122334455667788,%%%s\nmov %%fs:0x28,%%%s\n", q[a], q[a]);
	fprintf(out, "lea (%%rip),%%%s # 0x400000\n", q[a]);
}

static const char *const names[4][16] = {
	{ "al", "cl", "dl", "bl", "spl", "bpl", "sil", "dil", "r8b", "r9b", "r10b", "r11b", "r12b",
	  "r13b", "r14b", "r15b" },
	{ "ax", "cx", "dx", "bx", "sp", "bp", "si", "di", "r8w", "r9w", "r10w", "r11w", "r12w",
	  "r13w", "r14w", "r15w" },
	{ "eax", "ecx", "edx", "ebx", "esp", "ebp", "esi", "edi", "r8d", "r9d", "r10d", "r11d",
	  "r12d", "r13d", "r14d", "r15d" },
	{ "rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi", "r8", "r9", "r10", "r11", "r12",
	  "r13", "r14", "r15" },
};

static void emit_rest(struct su_emit *emit, FILE *out)
{
	for (uint8_t a = 0; a < 16; a++) {
		for (uint8_t index = 0; index < 16; index++) {
			if (index == SU_RSP)
				continue;
			su_emit_lea_index(emit, index, a, index, 1u << (a & 3), -0x4d);
			fprintf(out, "lea -0x4d(%%%s,%%%s,%u),%%%s\n", names[3][a], names[3][index],
				1u << (a & 3), names[3][index]);
		}
	}
	su_emit_std(emit);
	su_emit_cld(emit);
	su_emit_rep_movsb(emit);
	su_emit_jump(emit, 0x400042);
	su_emit_jump_slot(emit, 0x400048);
	fprintf(out, "std\ncld\nrep movsb %%ds:(%%rsi),%%es:(%%rdi)\n");
	fprintf(out, "jmp 0x400042\njmp *(%%rip) # 0x400048\n");
}

START_TEST(assembles_what_objdump_reads)
{
	char dir[] = "/tmp/su-test-insn-XXXXXX";
	struct su_emit emit;

	ck_assert_ptr_nonnull(mkdtemp(dir));
	SU_FREE char *expected = su_format("%s/expected", dir);
	SU_FREE char *binary = su_format("%s/binary", dir);
	SU_FREE char *command = su_format(
		"cd %s && LC_ALL=C objdump -D -b binary -m i386:x86-64 --no-show-raw-insn "
		"--adjust-vma=0x400000 binary | sed -n '1,/^0/d; s/^ *[0-9a-f]*:\\t//; "
		"s/  */ /g; s/ *$//; s/-*0x[0-9a-f]*(%%rip)/(%%rip)/; p' > actual && "
		"diff expected actual",
		dir);
	FILE *out = fopen(expected, "w");
	ck_assert_ptr_nonnull(out);
	su_emit_init(&emit, 0x400000);
	for (uint8_t a = 0; a < 16; a++) {
		for (uint8_t b = 0; b < 16; b++) {
			emit_forms(&emit, a, b);
			expect_forms(out, names, a, b);
		}
	}
	emit_rest(&emit, out);
	fclose(out);
	out = fopen(binary, "w");
	ck_assert_ptr_nonnull(out);
	ck_assert_uint_eq(fwrite(emit.code.at, 1, emit.code.len, out), emit.code.len);
	fclose(out);
	su_emit_deinit(&emit);
	ck_assert_int_eq(system(command), 0);
	SU_FREE char *clean = su_format("rm -r %s", dir);
	ck_assert_int_eq(system(clean), 0);
}
END_TEST

START_TEST(says_where_relative_fields_are)
{
	struct su_emit emit;
	struct su_insn insn;

	su_emit_init(&emit, 0x5000);
	su_emit_cld(&emit);
	size_t field = su_emit_rip_lea(&emit, SU_R9, 0x9000);
	ck_assert(su_insn_decode(emit.code.at + 1, emit.code.len - 1, 0x5001, &insn));
	ck_assert_uint_eq(field, 1u + insn.fields[0].off);
	ck_assert_uint_eq(insn.fields[0].target, 0x9000);
	ck_assert_uint_eq(su_emit_here(&emit), 0x5001u + insn.length);
	size_t jump = su_emit_jump(&emit, 0x1000);
	ck_assert(su_insn_decode(emit.code.at + jump - 1, 5, 0x5000 + jump - 1, &insn));
	ck_assert_uint_eq(insn.target, 0x1000);
	su_emit_deinit(&emit);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("emit");
	TCase *assembler = tcase_create("assembler");

	tcase_set_timeout(assembler, 60);
	tcase_add_test(assembler, assembles_what_objdump_reads);
	tcase_add_test(assembler, says_where_relative_fields_are);
	suite_add_tcase(suite, assembler);
	return run_suite(suite);
}

/* src/arch/x86_64: the decoder, against objdump and hand-written facts. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "arch/insn.h"
#include "base/alloc.h"
#include "elf/image.h"
#include "suite.h"

/* ---- facts ---- */

/* Sets as text: "rax:8 rcx:1 ah v3 f:CZ other"; a general register with the bytes it names. */
static void append(char *text, size_t size, const char *fmt, ...) SU_PRINTF(3, 4);

static void append(char *text, size_t size, const char *fmt, ...)
{
	size_t used = strlen(text);
	va_list args;

	va_start(args, fmt);
	if (used && used + 1 < size) {
		text[used++] = ' ';
		text[used] = '\0';
	}
	vsnprintf(text + used, size - used, fmt, args);
	va_end(args);
}

static void append_gpr(char *text, size_t size, uint8_t reg, uint8_t bytes)
{
	const char *name = su_reg_name(reg);

	if (bytes == 0x02)
		append(text, size, "%s:h", name);
	else if ((bytes & (bytes + 1)) == 0)
		append(text, size, "%s:%d", name, __builtin_popcount(bytes));
	else
		append(text, size, "%s:?%02x", name, bytes);
}

static void set_text(const struct su_regset *set, char *text, size_t size)
{
	static const char flags[] = "CPAZSOD";
	char letters[8] = "", *end = letters;

	text[0] = '\0';
	for (uint8_t reg = 0; reg < 16; reg++) {
		if (set->gpr[reg])
			append_gpr(text, size, reg, set->gpr[reg]);
	}
	if (set->vector)
		append(text, size, "v%x", set->vector);
	for (unsigned i = 0; i < 7; i++) {
		if (set->flags & 1u << i)
			*end++ = flags[i];
	}
	if (set->flags)
		append(text, size, "f:%s", letters);
	if (set->other)
		append(text, size, "other");
}

static size_t parse_hex(const char *hex, uint8_t *bytes)
{
	size_t count = 0;
	unsigned value;

	for (; *hex; hex += 2) {
		ck_assert_int_eq(sscanf(hex, "%2x", &value), 1);
		bytes[count++] = (uint8_t)value;
	}
	return count;
}

#define ALU "f:CPAZSO"

static const struct {
	const char *hex, *reads, *writes;
	uint8_t flow, opcode;
} facts[] = {
	/* partial registers */
	{ "b001", "", "rax:1", SU_FLOW_NEXT, SU_OPC_MOV },
	{ "b401", "", "rax:h", SU_FLOW_NEXT, SU_OPC_MOV },
	{ "66b80100", "", "rax:2", SU_FLOW_NEXT, SU_OPC_MOV },
	{ "b801000000", "", "rax:8", SU_FLOW_NEXT, SU_OPC_MOV },
	{ "4889c8", "rcx:8", "rax:8", SU_FLOW_NEXT, SU_OPC_MOV },
	{ "40b601", "", "rsi:1", SU_FLOW_NEXT, SU_OPC_MOV },
	{ "0fb6c4", "rax:h", "rax:8", SU_FLOW_NEXT, SU_OPC_MOVZX },
	{ "4863c7", "rdi:4", "rax:8", SU_FLOW_NEXT, SU_OPC_MOVSX },
	/* addresses are reads; lea reads no memory */
	{ "488b448b08", "rcx:8 rbx:8", "rax:8", SU_FLOW_NEXT, SU_OPC_MOV },
	{ "4889442408", "rax:8 rsp:8", "", SU_FLOW_NEXT, SU_OPC_MOV },
	{ "488d4410f8", "rax:8 rdx:8", "rax:8", SU_FLOW_NEXT, SU_OPC_LEA },
	{ "64488b042528000000", "", "rax:8", SU_FLOW_NEXT, SU_OPC_MOV },
	/* flags, undefined ones included */
	{ "01c8", "rax:4 rcx:4", "rax:8 " ALU, SU_FLOW_NEXT, SU_OPC_ADD },
	{ "ffc0", "rax:4", "rax:8 f:PAZSO", SU_FLOW_NEXT, SU_OPC_INC },
	{ "83d000", "rax:4 f:C", "rax:8 " ALU, SU_FLOW_NEXT, SU_OPC_OTHER },
	{ "0fbae003", "rax:4", "f:CPASO", SU_FLOW_NEXT, SU_OPC_OTHER },
	{ "39c8", "rax:4 rcx:4", ALU, SU_FLOW_NEXT, SU_OPC_CMP },
	{ "f7d0", "rax:4", "rax:8", SU_FLOW_NEXT, SU_OPC_NOT },
	/* written under a condition only */
	{ "d3e0", "rax:4 rcx:1 " ALU, "rax:8 " ALU, SU_FLOW_NEXT, SU_OPC_SHL },
	{ "c1e003", "rax:4", "rax:8 " ALU, SU_FLOW_NEXT, SU_OPC_SHL },
	{ "c1e000", "rax:4", "rax:8", SU_FLOW_NEXT, SU_OPC_SHL },
	{ "0f44c1", "rax:4 rcx:4 f:Z", "rax:8", SU_FLOW_NEXT, SU_OPC_CMOV },
	{ "0f94c0", "f:Z", "rax:1", SU_FLOW_NEXT, SU_OPC_SETCC },
	{ "0fbcc1", "rax:8 rcx:4", "rax:8 " ALU, SU_FLOW_NEXT, SU_OPC_OTHER },
	{ "480fb111", "rax:8 rcx:8 rdx:8", "rax:8 " ALU, SU_FLOW_NEXT, SU_OPC_OTHER },
	{ "f3a4", "rcx:8 rsi:8 rdi:8 f:D", "rcx:8 rsi:8 rdi:8", SU_FLOW_NEXT, SU_OPC_OTHER },
	{ "f348ab", "rax:8 rcx:8 rdi:8 f:D", "rcx:8 rdi:8", SU_FLOW_NEXT, SU_OPC_OTHER },
	/* results that do not depend on the register */
	{ "31c0", "", "rax:8 " ALU, SU_FLOW_NEXT, SU_OPC_XOR },
	{ "30c0", "", "rax:1 " ALU, SU_FLOW_NEXT, SU_OPC_XOR },
	{ "31c8", "rax:4 rcx:4", "rax:8 " ALU, SU_FLOW_NEXT, SU_OPC_XOR },
	{ "30e0", "rax:2", "rax:1 " ALU, SU_FLOW_NEXT, SU_OPC_XOR },
	{ "4829c0", "", "rax:8 " ALU, SU_FLOW_NEXT, SU_OPC_SUB },
	{ "19c0", "f:C", "rax:8 " ALU, SU_FLOW_NEXT, SU_OPC_OTHER },
	{ "83c8ff", "", "rax:8 " ALU, SU_FLOW_NEXT, SU_OPC_OR },
	{ "660fefc0", "", "v1", SU_FLOW_NEXT, SU_OPC_OTHER },
	{ "0f57c9", "", "v2", SU_FLOW_NEXT, SU_OPC_OTHER },
	{ "c5f9efc0", "", "v1", SU_FLOW_NEXT, SU_OPC_OTHER },
	{ "660fefc1", "v3", "v1", SU_FLOW_NEXT, SU_OPC_OTHER },
	/* implicit operands */
	{ "53", "rbx:8 rsp:8", "rsp:8", SU_FLOW_NEXT, SU_OPC_PUSH },
	{ "5b", "rsp:8", "rbx:8 rsp:8", SU_FLOW_NEXT, SU_OPC_POP },
	{ "c9", "rbp:8", "rsp:8 rbp:8", SU_FLOW_NEXT, SU_OPC_LEAVE },
	{ "48f7e1", "rax:8 rcx:8", "rax:8 rdx:8 " ALU, SU_FLOW_NEXT, SU_OPC_OTHER },
	{ "48f7f9", "rax:8 rcx:8 rdx:8", "rax:8 rdx:8 " ALU, SU_FLOW_NEXT, SU_OPC_OTHER },
	{ "0fafc1", "rax:4 rcx:4", "rax:8 " ALU, SU_FLOW_NEXT, SU_OPC_IMUL },
	{ "4898", "rax:4", "rax:8", SU_FLOW_NEXT, SU_OPC_CDQE },
	{ "99", "rax:4", "rdx:8", SU_FLOW_NEXT, SU_OPC_CQO },
	{ "0fa2", "rax:4 rcx:4", "rax:8 rcx:8 rdx:8 rbx:8", SU_FLOW_NEXT, SU_OPC_OTHER },
	{ "0f05", "rax:8 rdx:8 rsi:8 rdi:8 r8:8 r9:8 r10:8", "rax:8 rcx:8 r11:8", SU_FLOW_NEXT,
	  SU_OPC_OTHER },
	/* vector registers: whole, merged, zero-extended */
	{ "0f28c1", "v2", "v1", SU_FLOW_NEXT, SU_OPC_MOV },
	{ "f30f10c1", "v3", "v1", SU_FLOW_NEXT, SU_OPC_OTHER },
	{ "f30f1000", "rax:8", "v1", SU_FLOW_NEXT, SU_OPC_OTHER },
	{ "f20f2ac0", "rax:4 v1", "v1", SU_FLOW_NEXT, SU_OPC_OTHER },
	{ "f20f5ac1", "v3", "v1", SU_FLOW_NEXT, SU_OPC_OTHER },
	{ "f20f51c1", "v3", "v1", SU_FLOW_NEXT, SU_OPC_OTHER },
	{ "660f1600", "rax:8 v1", "v1", SU_FLOW_NEXT, SU_OPC_OTHER },
	{ "0f16c1", "v3", "v1", SU_FLOW_NEXT, SU_OPC_OTHER },
	{ "660f3a22c001", "rax:4 v1", "v1", SU_FLOW_NEXT, SU_OPC_OTHER },
	{ "66480f6ec0", "rax:8", "v1", SU_FLOW_NEXT, SU_OPC_OTHER },
	{ "f30f7ec1", "v2", "v1", SU_FLOW_NEXT, SU_OPC_OTHER },
	{ "0f5ac1", "v2", "v1", SU_FLOW_NEXT, SU_OPC_OTHER },
	{ "c5fa10c1", "v3", "v1", SU_FLOW_NEXT, SU_OPC_OTHER },
	{ "c5f877", "", "", SU_FLOW_NEXT, SU_OPC_OTHER },
	{ "c5fc77", "", "vffff", SU_FLOW_NEXT, SU_OPC_OTHER },
	{ "62f17c4928c1", "v3 other", "v1", SU_FLOW_NEXT, SU_OPC_OTHER },
	{ "d9e8", "other", "other", SU_FLOW_NEXT, SU_OPC_OTHER },
	/* control flow */
	{ "e800000000", "rsp:8", "rsp:8", SU_FLOW_CALL, SU_OPC_CALL },
	{ "ffd0", "rax:8 rsp:8", "rsp:8", SU_FLOW_CALL_IND, SU_OPC_CALL },
	{ "ebfe", "", "", SU_FLOW_JUMP, SU_OPC_JMP },
	{ "74fe", "f:Z", "", SU_FLOW_COND, SU_OPC_JCC },
	{ "e3fe", "rcx:8", "", SU_FLOW_COND, SU_OPC_OTHER },
	{ "e2fe", "rcx:8", "rcx:8", SU_FLOW_COND, SU_OPC_OTHER },
	{ "3effe0", "rax:8", "", SU_FLOW_JUMP_IND, SU_OPC_JMP },
	{ "f3c3", "rsp:8", "rsp:8", SU_FLOW_RET, SU_OPC_RET },
	{ "0f0b", "", "", SU_FLOW_STOP, SU_OPC_OTHER },
	{ "cc", "", "", SU_FLOW_NEXT, SU_OPC_OTHER },
	{ "f30f1efa", "", "", SU_FLOW_NEXT, SU_OPC_NOP },
	{ "660f1f840000000000", "", "", SU_FLOW_NEXT, SU_OPC_NOP },
};

START_TEST(effects)
{
	uint8_t bytes[16];
	char reads[256], writes[256];
	struct su_insn insn;
	size_t size = parse_hex(facts[_i].hex, bytes);

	ck_assert(su_insn_decode(bytes, size, 0x1000, &insn));
	ck_assert_uint_eq(insn.length, size);
	set_text(&insn.reads, reads, sizeof(reads));
	set_text(&insn.writes, writes, sizeof(writes));
	ck_assert_msg(!strcmp(reads, facts[_i].reads) && !strcmp(writes, facts[_i].writes),
		      "%s: reads '%s', writes '%s'", facts[_i].hex, reads, writes);
	ck_assert_uint_eq(insn.flow, facts[_i].flow);
	ck_assert_uint_eq(insn.opcode, facts[_i].opcode);
}
END_TEST

static struct su_insn decode_hex(const char *hex, uint8_t *bytes)
{
	struct su_insn insn;
	size_t size = parse_hex(hex, bytes);

	ck_assert(su_insn_decode(bytes, size, 0x1000, &insn));
	return insn;
}

START_TEST(operands)
{
	uint8_t bytes[16];
	struct su_insn insn = decode_hex("8b0510000000", bytes); /* mov 0x10(%rip), %eax */

	ck_assert_uint_eq(insn.operands[1].base, SU_REG_PC);
	ck_assert_int_eq(insn.operands[1].disp, 0x1016);
	ck_assert_uint_eq(insn.fields[0].off, 2);
	ck_assert_uint_eq(insn.fields[0].size, 4);
	ck_assert_uint_eq(insn.fields[0].target, 0x1016);
	insn = decode_hex("c7051000000001000000", bytes); /* movl $1, 0x10(%rip) */
	ck_assert_uint_eq(insn.fields[0].target, 0x101a);
	ck_assert_uint_eq(insn.fields[1].size, 0);
	ck_assert_int_eq(insn.operands[1].imm, 1);
	insn = decode_hex("48c7c0ffffffff", bytes);
	ck_assert_int_eq(insn.operands[1].imm, -1);
	insn = decode_hex("48b80102030405060708", bytes);
	ck_assert_int_eq(insn.operands[1].imm, 0x0807060504030201);
	insn = decode_hex("64488b042528000000", bytes); /* the canary */
	ck_assert_uint_eq(insn.operands[1].segment, SU_REG_THREAD);
	ck_assert_uint_eq(insn.operands[1].base, SU_REG_NONE);
	ck_assert_int_eq(insn.operands[1].disp, 0x28);
	insn = decode_hex("488d448bf8", bytes);
	ck_assert_uint_eq(insn.operands[1].size, 0);
	ck_assert_uint_eq(insn.operands[1].scale, 4);
	ck_assert_int_eq(insn.operands[1].disp, -8);
	insn = decode_hex("678b00", bytes); /* an address that is truncated to 32 bits */
	ck_assert_uint_eq(insn.operands[1].base, SU_REG_OTHER);
	insn = decode_hex("480fab07", bytes); /* bts %rax, (%rdi): any byte of memory */
	ck_assert(insn.is_string);
	insn = decode_hex("f3a4", bytes);
	ck_assert(insn.is_string && insn.implicit_memory);
	insn = decode_hex("7502", bytes);
	ck_assert_uint_eq(insn.target, 0x1004);
	ck_assert_uint_eq(insn.fields[0].size, 1);
	insn = decode_hex("8825f0ffffff", bytes); /* mov %ah, -16(%rip) */
	ck_assert(insn.operands[1].high_byte);
}
END_TEST

START_TEST(refuses_what_is_cut_or_invalid)
{
	static const uint8_t call[] = { 0xe8, 0, 0, 0, 0 };
	static const uint8_t invalid[] = { 0x06, 0x90, 0x90 };
	struct su_insn insn;

	for (size_t size = 0; size < sizeof(call); size++)
		ck_assert(!su_insn_decode(call, size, 0, &insn));
	ck_assert(su_insn_decode(call, sizeof(call), 0, &insn));
	ck_assert(!su_insn_decode(invalid, sizeof(invalid), 0, &insn));
}
END_TEST

/* ---- objdump ---- */

/* One line of objdump -d. */
struct line {
	uint64_t vaddr, target;
	bool is_insn, has_target, is_odd;
};

/* Forms that objdump splits or joins in its own way: prefixes alone, fwait. */
static bool is_odd(const char *text)
{
	static const char *const starts[] = { "(bad)",	"data16",  "rex",   "lock ", "cs ",
					      "ds ",	"es ",	   "ss ",   "fs ",   "gs ",
					      "addr32", "repz",	   "repnz", "fst",   "fsav",
					      "finit",	"fclex",   "fwait", "fdisi", "feni",
					      "fset",	"xacquire" };

	for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++) {
		if (!strncmp(text, starts[i], strlen(starts[i])))
			return true;
	}
	return false;
}

static struct line parse_line(char *text)
{
	struct line line = { 0 };
	char *end, *mnemonic;

	line.vaddr = strtoull(text, &end, 16);
	if (end == text || end[0] != ':' || end[1] != '\t')
		return line;
	line.is_insn = true;
	mnemonic = end + 2;
	line.is_odd = is_odd(mnemonic);
	if (!strncmp(mnemonic, "bnd ", 4) || !strncmp(mnemonic, "notrack ", 8))
		mnemonic = strchr(mnemonic, ' ') + 1;
	if (*mnemonic != 'j' && strncmp(mnemonic, "call", 4) && strncmp(mnemonic, "loop", 4) &&
	    strncmp(mnemonic, "xbegin", 6))
		return line;
	mnemonic += strcspn(mnemonic, " ,");
	mnemonic += strspn(mnemonic, " ,ptn");
	line.target = strtoull(mnemonic, &end, 16);
	line.has_target = end != mnemonic && (*end == ' ' || *end == '\n');
	return line;
}

static void check_line(const struct su_image *image, const struct line *line, uint64_t next,
		       size_t *odd)
{
	const struct su_section *section = su_image_section_at(image, line->vaddr);
	uint64_t off = line->vaddr - section->vaddr;
	struct su_insn insn;
	bool good = su_insn_decode(section->data + off, section->size - off, line->vaddr, &insn);

	if (!good || insn.length != next - line->vaddr) {
		ck_assert_msg(line->is_odd, "at %#jx: %u bytes, objdump says %ju",
			      (uintmax_t)line->vaddr, good ? insn.length : 0,
			      (uintmax_t)(next - line->vaddr));
		(*odd)++;
		return;
	}
	bool direct =
		insn.flow == SU_FLOW_CALL || insn.flow == SU_FLOW_JUMP || insn.flow == SU_FLOW_COND;
	ck_assert_msg(direct == line->has_target && (!direct || insn.target == line->target),
		      "at %#jx: target %#jx, objdump says %#jx", (uintmax_t)line->vaddr,
		      (uintmax_t)insn.target, (uintmax_t)line->target);
}

static void compare_with_objdump(const char *path, size_t limit)
{
	struct su_image *image = NULL;
	struct su_err *err = su_image_open(path, NULL, 0, &image);
	SU_FREE char *command =
		su_format("LC_ALL=C objdump -d --no-show-raw-insn -j .text %s", path);
	struct line last = { 0 };
	size_t count = 0, odd = 0, cap = 0;
	char *text = NULL;

	ck_assert_msg(!err, "%s", err ? su_err_message(err) : "");
	FILE *pipe = popen(command, "r");
	ck_assert_ptr_nonnull(pipe);
	while (count < limit && getline(&text, &cap, pipe) > 0) {
		struct line line = parse_line(text + strspn(text, " "));

		if (last.is_insn && line.is_insn && line.vaddr > last.vaddr) {
			check_line(image, &last, line.vaddr, &odd);
			count++;
		}
		last = line;
	}
	free(text);
	pclose(pipe);
	su_image_close(image);
	ck_assert_uint_gt(count, 10000);
	ck_assert_msg(odd * 1000 < count, "%zu of %zu instructions differ", odd, count);
}

static const char *const objects[] = { "/lib/x86_64-linux-gnu/libc.so.6", "/usr/bin/gdb" };

START_TEST(agrees_with_objdump)
{
	if (access(objects[_i], R_OK) == 0)
		compare_with_objdump(objects[_i], 300000);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("insn");
	TCase *decoder = tcase_create("decoder");

	tcase_set_timeout(decoder, 120);
	tcase_add_loop_test(decoder, effects, 0, sizeof(facts) / sizeof(facts[0]));
	tcase_add_test(decoder, operands);
	tcase_add_test(decoder, refuses_what_is_cut_or_invalid);
	tcase_add_loop_test(decoder, agrees_with_objdump, 0, sizeof(objects) / sizeof(objects[0]));
	suite_add_tcase(suite, decoder);
	return run_suite(suite);
}

/*
 * Bytes of x86-64 code: see code.h.
 *
 * Source: Intel SDM, volume 2; psABI x86-64 "Procedure Linkage Table"; binutils 2.40, lld 14, gold,
 * mold.
 */
#include "arch/code.h"

#include <string.h>

#include "base/cursor.h"
#include "base/err.h"

#define JMP_REL32 0xe9
#define JMP_REL8 0xeb
#define NOP 0x90

static const uint8_t endbr64[SU_ENTRY_MARK] = { 0xf3, 0x0f, 0x1e, 0xfa };

const struct su_code_bytes su_code_syscall = { "\x0f\x05", 2 };
const struct su_code_bytes su_code_syscall_return = { "\x0f\x05\xc3", 3 };
const struct su_code_bytes su_code_restorers[SU_CODE_RESTORERS] = {
	{ "\x48\xc7\xc0\x0f\0\0\0\x0f\x05", 9 }, /* mov $15, %rax; syscall */
	{ "\xb8\x0f\0\0\0\x0f\x05", 7 },	 /* mov $15, %eax; syscall */
};

bool su_code_distance(uint64_t from, uint64_t to, int32_t *ret)
{
	int64_t distance = (int64_t)(to - from);

	if (distance != (int32_t)distance)
		return false;
	*ret = (int32_t)distance;
	return true;
}

bool su_code_jump(uint8_t *code, uint64_t size, uint64_t from, uint64_t to)
{
	int32_t distance;

	if (!su_code_distance(from + size, to, &distance))
		return false;
	if (size == SU_NEAR_JUMP) {
		code[0] = JMP_REL32;
		memcpy(code + SU_NEAR_FIELD, &distance, sizeof(distance));
		return true;
	}
	su_assert(size == SU_SHORT_JUMP);
	if (distance != (int8_t)distance)
		return false;
	code[0] = JMP_REL8;
	code[1] = (uint8_t)distance;
	return true;
}

uint64_t su_code_near_target(const uint8_t *code, uint64_t from)
{
	int32_t distance;

	memcpy(&distance, code + SU_NEAR_FIELD, sizeof(distance));
	return from + SU_NEAR_JUMP + (uint64_t)(int64_t)distance;
}

bool su_code_is_jump(const uint8_t *code, uint64_t size)
{
	return (size == SU_NEAR_JUMP && code[0] == JMP_REL32) ||
	       (size == SU_SHORT_JUMP && code[0] == JMP_REL8);
}

uint64_t su_code_jump_target(const uint8_t *code, uint64_t size, uint64_t from)
{
	if (size == SU_NEAR_JUMP)
		return su_code_near_target(code, from);
	return from + SU_SHORT_JUMP + (uint64_t)(int64_t)(int8_t)code[1];
}

uint64_t su_code_entry_target(const uint8_t code[SU_ENTRY_MARK + SU_NEAR_JUMP], uint64_t from)
{
	unsigned skip = memcmp(code, endbr64, sizeof(endbr64)) ? 0 : SU_ENTRY_MARK;

	if (code[skip] == JMP_REL8)
		return from + skip + SU_SHORT_JUMP + (uint64_t)(int64_t)(int8_t)code[skip + 1];
	return code[skip] == JMP_REL32 ? su_code_near_target(code + skip, from + skip) : 0;
}

void su_code_near_jump(uint8_t *code, size_t size)
{
	memset(code, NOP, size);
	code[0] = JMP_REL32;
}

static bool skip_bytes(struct su_cursor *code, const void *bytes, size_t size)
{
	if (su_cursor_left(code) < size || memcmp(code->bytes + code->at, bytes, size) != 0)
		return false;
	return su_cursor_skip(code, size);
}

/* [endbr64] [mov $n,%r11d] [bnd] jmp *disp32(%rip) */
bool su_code_import_slot(const uint8_t *code, size_t size, uint64_t vaddr, uint64_t *ret_slot)
{
	struct su_cursor cursor = su_cursor_init(code, size);
	int32_t disp;

	skip_bytes(&cursor, endbr64, sizeof(endbr64));
	if (skip_bytes(&cursor, "\x41\xbb", 2) && !su_cursor_skip(&cursor, 4)) /* mov $n,%r11d */
		return false;
	skip_bytes(&cursor, "\xf2", 1); /* bnd */
	if (!skip_bytes(&cursor, "\xff\x25", 2) || !su_cursor_read(&cursor, &disp, sizeof(disp)))
		return false;
	*ret_slot = vaddr + cursor.at + (uint64_t)(int64_t)disp;
	return true;
}

/* mov $60, %eax (or %al); syscall */
bool su_code_ends_thread(const uint8_t *code, size_t size)
{
	return memmem(code, size, "\xb8\x3c\0\0\0\x0f\x05", 7) ||
	       memmem(code, size, "\xb0\x3c\x0f\x05", 4);
}

bool su_code_may_step(const uint8_t code[3])
{
	unsigned at = code[0] == 0x66;

	switch (code[at]) {
	case 0x9c: /* pushf */
	case 0xcc: /* int3 */
	case 0xcd: /* int */
	case 0xf1: /* int1 */
		return false;
	default:
		break;
	}
	return !(code[0] == 0x0f && /* syscall, sysenter, ud2 */
		 (code[1] == 0x05 || code[1] == 0x34 || code[1] == 0x0b));
}

/*
 * Encoding: see emit.h.
 *
 * The plainest form of each instruction: always a 32-bit displacement, always a 32-bit immediate.
 * Source: Intel SDM, volume 2.
 */
#include "arch/emit.h"

#include "base/err.h"

#define REX 0x40
#define REX_W 0x48

void su_emit_init(struct su_emit *emit, uint64_t base)
{
	*emit = (struct su_emit){ .base = base };
}

void su_emit_deinit(struct su_emit *emit)
{
	su_vec_deinit(&emit->code);
}

uint64_t su_emit_here(const struct su_emit *emit)
{
	return emit->base + emit->code.len;
}

static void byte(struct su_emit *emit, unsigned value)
{
	su_vec_push(&emit->code, (uint8_t)value);
}

static void bytes(struct su_emit *emit, uint64_t value, unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		byte(emit, (value >> (8 * i)) & 0xff);
}

static unsigned gpr(uint8_t reg)
{
	su_assert(reg <= SU_R15);
	return reg;
}

/* Left out where it would say nothing. */
static void rex(struct su_emit *emit, unsigned prefix, unsigned reg, unsigned index, unsigned base)
{
	unsigned bits = (reg >> 3) << 2 | (index >> 3) << 1 | base >> 3;

	if (prefix != REX || bits)
		byte(emit, prefix | bits);
}

/* ModRM, SIB where the base needs one, and displacement of disp32(base). */
static void address(struct su_emit *emit, unsigned reg, unsigned base, int32_t disp)
{
	byte(emit, 0x80 | (reg & 7) << 3 | (base & 7));
	if ((base & 7) == SU_RSP)
		byte(emit, 0x24);
	bytes(emit, (uint32_t)disp, 4);
}

static void pair(struct su_emit *emit, unsigned opcode, unsigned reg, unsigned rm)
{
	rex(emit, REX_W, reg, 0, rm);
	byte(emit, opcode);
	byte(emit, 0xc0 | (reg & 7) << 3 | (rm & 7));
}

/* ---- memory ---- */

void su_emit_load(struct su_emit *emit, uint8_t reg, uint8_t base, int32_t disp, unsigned size)
{
	su_assert(size == 1 || size == 2 || size == 4 || size == 8);
	rex(emit, size == 8 ? REX_W : REX, gpr(reg), 0, gpr(base));
	if (size <= 2) {
		byte(emit, 0x0f); /* movzx */
		byte(emit, size == 1 ? 0xb6 : 0xb7);
	} else {
		byte(emit, 0x8b);
	}
	address(emit, reg, base, disp);
}

void su_emit_load_signed(struct su_emit *emit, uint8_t reg, uint8_t base, int32_t disp,
			 unsigned size)
{
	su_assert(size == 1 || size == 2 || size == 4 || size == 8);
	rex(emit, REX_W, gpr(reg), 0, gpr(base));
	if (size <= 2) {
		byte(emit, 0x0f); /* movsx */
		byte(emit, size == 1 ? 0xbe : 0xbf);
	} else {
		byte(emit, size == 4 ? 0x63 : 0x8b);
	}
	address(emit, reg, base, disp);
}

void su_emit_store(struct su_emit *emit, uint8_t reg, uint8_t base, int32_t disp, unsigned size)
{
	su_assert(size == 1 || size == 2 || size == 4 || size == 8);
	if (size == 2)
		byte(emit, 0x66);
	if (size == 1 && reg >= SU_RSP && reg <= SU_RDI && base < SU_R8)
		byte(emit, REX); /* spl, bpl, sil, dil, not ah.. */
	else
		rex(emit, size == 8 ? REX_W : REX, gpr(reg), 0, gpr(base));
	byte(emit, size == 1 ? 0x88 : 0x89);
	address(emit, reg, base, disp);
}

void su_emit_load_fs(struct su_emit *emit, uint8_t reg, int32_t disp)
{
	byte(emit, 0x64);
	rex(emit, REX_W, gpr(reg), 0, 0);
	byte(emit, 0x8b);
	byte(emit, 0x04 | (reg & 7) << 3);
	byte(emit, 0x25); /* neither base nor index */
	bytes(emit, (uint32_t)disp, 4);
}

/* ---- registers ---- */

void su_emit_mov(struct su_emit *emit, uint8_t to, uint8_t from)
{
	pair(emit, 0x89, gpr(from), gpr(to));
}

void su_emit_mov_imm(struct su_emit *emit, uint8_t reg, uint64_t value)
{
	rex(emit, REX_W, 0, 0, gpr(reg));
	byte(emit, 0xb8 | (reg & 7));
	bytes(emit, value, 8);
}

void su_emit_lea(struct su_emit *emit, uint8_t reg, uint8_t base, int32_t disp)
{
	rex(emit, REX_W, gpr(reg), 0, gpr(base));
	byte(emit, 0x8d);
	address(emit, reg, base, disp);
}

void su_emit_lea_index(struct su_emit *emit, uint8_t reg, uint8_t base, uint8_t index,
		       unsigned scale, int32_t disp)
{
	su_assert(scale == 1 || scale == 2 || scale == 4 || scale == 8);
	su_assert(index != SU_RSP);
	rex(emit, REX_W, gpr(reg), gpr(index), gpr(base));
	byte(emit, 0x8d);
	byte(emit, 0x84 | (reg & 7) << 3);
	byte(emit, (unsigned)__builtin_ctz(scale) << 6 | (index & 7) << 3 | (base & 7));
	bytes(emit, (uint32_t)disp, 4);
}

void su_emit_sub(struct su_emit *emit, uint8_t to, uint8_t from)
{
	pair(emit, 0x29, gpr(from), gpr(to));
}

void su_emit_and(struct su_emit *emit, uint8_t to, uint8_t from)
{
	pair(emit, 0x21, gpr(from), gpr(to));
}

void su_emit_or(struct su_emit *emit, uint8_t to, uint8_t from)
{
	pair(emit, 0x09, gpr(from), gpr(to));
}

void su_emit_xor(struct su_emit *emit, uint8_t to, uint8_t from)
{
	pair(emit, 0x31, gpr(from), gpr(to));
}

void su_emit_imul(struct su_emit *emit, uint8_t to, uint8_t from)
{
	rex(emit, REX_W, gpr(to), 0, gpr(from));
	byte(emit, 0x0f);
	byte(emit, 0xaf);
	byte(emit, 0xc0 | (to & 7) << 3 | (from & 7));
}

void su_emit_neg(struct su_emit *emit, uint8_t reg)
{
	pair(emit, 0xf7, 3, gpr(reg));
}

void su_emit_not(struct su_emit *emit, uint8_t reg)
{
	pair(emit, 0xf7, 2, gpr(reg));
}

static void shift(struct su_emit *emit, unsigned extension, uint8_t reg, uint8_t count)
{
	pair(emit, 0xc1, extension, gpr(reg));
	byte(emit, count);
}

void su_emit_shl_imm(struct su_emit *emit, uint8_t reg, uint8_t count)
{
	shift(emit, 4, reg, count);
}

void su_emit_shr_imm(struct su_emit *emit, uint8_t reg, uint8_t count)
{
	shift(emit, 5, reg, count);
}

void su_emit_sar_imm(struct su_emit *emit, uint8_t reg, uint8_t count)
{
	shift(emit, 7, reg, count);
}

/* ---- the stack and the rest ---- */

void su_emit_rep_movsb(struct su_emit *emit)
{
	byte(emit, 0xf3);
	byte(emit, 0xa4);
}

void su_emit_std(struct su_emit *emit)
{
	byte(emit, 0xfd);
}

void su_emit_cld(struct su_emit *emit)
{
	byte(emit, 0xfc);
}

/* ---- relative to the instruction ---- */

static size_t relative(struct su_emit *emit, uint64_t target)
{
	size_t field = emit->code.len;
	int64_t distance = (int64_t)(target - (su_emit_here(emit) + 4));

	su_assert(distance == (int32_t)distance);
	bytes(emit, (uint32_t)distance, 4);
	return field;
}

size_t su_emit_rip_lea(struct su_emit *emit, uint8_t reg, uint64_t target)
{
	rex(emit, REX_W, gpr(reg), 0, 0);
	byte(emit, 0x8d);
	byte(emit, 0x05 | (reg & 7) << 3);
	return relative(emit, target);
}

size_t su_emit_jump(struct su_emit *emit, uint64_t target)
{
	byte(emit, 0xe9);
	return relative(emit, target);
}

size_t su_emit_jump_slot(struct su_emit *emit, uint64_t slot)
{
	byte(emit, 0xff);
	byte(emit, 0x25);
	return relative(emit, slot);
}

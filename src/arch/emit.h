/*
 * A small assembler for carry-over stubs, jumps and thunks.
 *
 * Appends instructions to a buffer that will run at a known address.  Registers are those of
 * insn.h; general ones are SU_RAX..SU_R15, vector ones SU_XMM0..SU_XMM15.  Every memory operand is
 * register + 32-bit displacement.  None of these instructions changes the flags but where it says
 * so.
 *
 * Functions that write a field relative to the instruction return the field's offset in `code`
 * (4 bytes; the target is counted from the field's end), so that the caller can make a relocation.
 * They abort when the target is out of reach: pass an address in the buffer for one that only the
 * relocation knows.
 */
#ifndef SU_ARCH_EMIT_H
#define SU_ARCH_EMIT_H

#include <stddef.h>
#include <stdint.h>

#include "arch/insn.h"
#include "base/vec.h"

struct su_emit {
	uint64_t base; /* vaddr of code.at[0] */
	SU_VEC(uint8_t) code;
};

void su_emit_init(struct su_emit *emit, uint64_t base);
void su_emit_deinit(struct su_emit *emit);
uint64_t su_emit_here(const struct su_emit *emit); /* vaddr of the next instruction */

/* `size` is 1, 2, 4 or 8 bytes; loads give all 64 bits of `reg`. */
void su_emit_load(struct su_emit *emit, uint8_t reg, uint8_t base, int32_t disp, unsigned size);
void su_emit_load_signed(struct su_emit *emit, uint8_t reg, uint8_t base, int32_t disp,
			 unsigned size);
void su_emit_store(struct su_emit *emit, uint8_t reg, uint8_t base, int32_t disp, unsigned size);
void su_emit_load_fs(struct su_emit *emit, uint8_t reg, int32_t disp); /* mov %fs:disp, reg */

void su_emit_mov(struct su_emit *emit, uint8_t to, uint8_t from);
void su_emit_mov_imm(struct su_emit *emit, uint8_t reg, uint64_t value);
void su_emit_lea(struct su_emit *emit, uint8_t reg, uint8_t base, int32_t disp);
/* reg = base + index * scale + disp; `index` is not rsp, `scale` 1, 2, 4 or 8 */
void su_emit_lea_index(struct su_emit *emit, uint8_t reg, uint8_t base, uint8_t index,
		       unsigned scale, int32_t disp);

/* These change the flags. */
void su_emit_sub(struct su_emit *emit, uint8_t to, uint8_t from);
void su_emit_and(struct su_emit *emit, uint8_t to, uint8_t from);
void su_emit_or(struct su_emit *emit, uint8_t to, uint8_t from);
void su_emit_xor(struct su_emit *emit, uint8_t to, uint8_t from);
void su_emit_imul(struct su_emit *emit, uint8_t to, uint8_t from);
void su_emit_neg(struct su_emit *emit, uint8_t reg);
void su_emit_shl_imm(struct su_emit *emit, uint8_t reg, uint8_t count);
void su_emit_shr_imm(struct su_emit *emit, uint8_t reg, uint8_t count);
void su_emit_sar_imm(struct su_emit *emit, uint8_t reg, uint8_t count);

void su_emit_not(struct su_emit *emit, uint8_t reg); /* leaves the flags */

void su_emit_rep_movsb(struct su_emit *emit); /* the direction flag must be clear */
void su_emit_std(struct su_emit *emit);
void su_emit_cld(struct su_emit *emit);

size_t su_emit_rip_lea(struct su_emit *emit, uint8_t reg, uint64_t target);
size_t su_emit_jump(struct su_emit *emit, uint64_t target);    /* jmp rel32, 5 bytes */
size_t su_emit_jump_slot(struct su_emit *emit, uint64_t slot); /* jmp *slot(%rip), 6 bytes */

#endif

/*
 * Bytes of code: what is written over a process's code, what lies between functions, and what is
 * looked for.
 *
 * Jumps are relative and have two lengths: a near one reaches all of an image and what is mapped
 * around it, a short one its surroundings.
 */
#ifndef SU_ARCH_CODE_H
#define SU_ARCH_CODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SU_NEAR_JUMP 5u	 /* bytes */
#define SU_SHORT_JUMP 2u /* bytes */
#define SU_SHORT_REACH 128u
#define SU_NEAR_FIELD 1u  /* where a near jump has its distance: 4 bytes, counted from its end */
#define SU_CODE_FILL 0xcc /* traps when it is run; linkers fill with it too */

/* Puts a jump of `size` bytes at `code`, which will be at `from`. False: `to` is out of reach. */
bool su_code_jump(uint8_t *code, uint64_t size, uint64_t from, uint64_t to);

/* Whether the bytes are a jump of that size. */
bool su_code_is_jump(const uint8_t *code, uint64_t size);

/* Where the jump of `size` bytes, which is at `from`, leads. */
uint64_t su_code_jump_target(const uint8_t *code, uint64_t size, uint64_t from);

/* Where the near jump, which is at `from`, leads. */
uint64_t su_code_near_target(const uint8_t *code, uint64_t from);

#define SU_ENTRY_MARK 4u /* bytes of what may stand at an entry for indirect calls (endbr64) */

/* Where the jump at the entry, which is at `from`, leads: perhaps behind its mark. 0: there is none. */
uint64_t su_code_entry_target(const uint8_t code[SU_ENTRY_MARK + SU_NEAR_JUMP], uint64_t from);

/* Overwrites `size` bytes by a near jump, whose distance is not set yet, and what is never run. */
void su_code_near_jump(uint8_t *code, size_t size);

/* The 32-bit distance from `from` to `to`. False: out of reach. */
bool su_code_distance(uint64_t from, uint64_t to, int32_t *ret);

/* The slot that the import's entry `code`, which is at `vaddr`, jumps through. False: it is none. */
bool su_code_import_slot(const uint8_t *code, size_t size, uint64_t vaddr, uint64_t *ret_slot);

/* Code that asks the kernel: `call` is a system call's instruction, `call_return` one with a return
 * behind it, `restorers` are all ways to write what returns from a signal handler. */
#define SU_CODE_RESTORERS 2
struct su_code_bytes {
	const char *bytes;
	size_t size;
};
extern const struct su_code_bytes su_code_syscall, su_code_syscall_return,
	su_code_restorers[SU_CODE_RESTORERS];

/* Whether a system call that ends the thread alone (exit) is among the code. */
bool su_code_ends_thread(const uint8_t *code, size_t size);

/* Whether the instruction would run differently in a single step: system calls (which may block, or
 * change the signal mask), traps, and what stores the trap flag. At least two bytes, up to three. */
bool su_code_may_step(const uint8_t code[3]);

#endif

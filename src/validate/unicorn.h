/*
 * libunicorn, loaded when an emulator is needed first: its 75,000 relocations take the loader longer
 * than all else that a command does before it looks at a process.
 */
#ifndef SU_VALIDATE_UNICORN_H
#define SU_VALIDATE_UNICORN_H

#include <unicorn/unicorn.h>

#include "base/err.h"

/* Unicorn's functions, by their names there without "uc_". */
struct su_unicorn {
	__typeof__(uc_open) *open;
	__typeof__(uc_close) *close;
	__typeof__(uc_emu_start) *emu_start;
	__typeof__(uc_emu_stop) *emu_stop;
	__typeof__(uc_hook_add) *hook_add;
	__typeof__(uc_mem_map_ptr) *mem_map_ptr;
	__typeof__(uc_reg_read) *reg_read;
	__typeof__(uc_reg_write) *reg_write;
	__typeof__(uc_strerror) *strerror;
};

/* Loads it once, for as long as the program runs; any thread may ask. SU_E_UNSUPPORTED: it is not
 * installed, or another version. */
struct su_err *su_unicorn_load(const struct su_unicorn **ret) SU_MUST_CHECK;

#endif

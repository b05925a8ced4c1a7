/*
 * Whole files, read and written.
 *
 * A file is read, not mapped: one that somebody truncates meanwhile must not end us with SIGBUS.
 * What is no regular file is refused before it is read: a FIFO would not end.
 *
 * A file is written to a temporary one beside it, which is renamed when it is complete and on the
 * disk: at no time does the name hold a part of it.  One that is replaced keeps its mode.
 */
#ifndef SU_BASE_INPUT_H
#define SU_BASE_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"

/* What is known of a file that was read, from its descriptor. */
struct su_input {
	uint8_t *bytes; /* with a NUL behind them; free() them */
	size_t size;
	uid_t owner;
	mode_t mode;
};

/* SU_E_FORMAT: no regular file, or larger than `most`. */
struct su_err *su_input_read(const char *path, size_t most, struct su_input *ret) SU_MUST_CHECK;

/* Creates or replaces a file. `mode` is that of a new one, less what the umask takes. */
struct su_err *su_output_write(const char *path, const void *bytes, size_t size,
			       mode_t mode) SU_MUST_CHECK;

#endif

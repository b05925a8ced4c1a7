/* Whether a called function may keep a pointer that it is given. */
#ifndef SU_ANALYSIS_RETAIN_H
#define SU_ANALYSIS_RETAIN_H

#include <stdbool.h>

#include "analysis/function.h"

/* Whether the pointer in argument register `reg` may be kept. True unless the call goes to a
 * library function that is known not to keep its pointer arguments beyond its return (POSIX and ISO
 * C say so: read, write, memcpy, poll, snprintf, ...; pthread_create keeps only the thread's
 * argument). */
bool su_call_may_retain(const struct su_image *image, const struct su_insn *call, uint8_t reg);
/* Of a call that retains nothing: the argument register whose pointer the result is made from
 * (strchr, memcpy, ...), or SU_REG_NONE. */
uint8_t su_call_returns_pointer(const struct su_image *image, const struct su_insn *call);

#endif

/*
 * Errors as values.
 *
 * Every fallible function returns `struct su_err *`: NULL is success, anything else is owned by the
 * caller, who handles it with su_err_destroy() or passes it on (SU_TRY).  Outputs are untouched on
 * failure.  An error carries a code and one sentence; callers on the way up put context before it.
 * The codes stand in err_code.h.
 */
#ifndef SU_BASE_ERR_H
#define SU_BASE_ERR_H

#include <stdarg.h>

#include "base/basics.h"
#include "base/err_code.h"

struct su_err;

/* A new error; the message is one plain sentence without a final full stop. Never returns NULL. */
struct su_err *su_err_new(enum su_code code, const char *fmt, ...) SU_PRINTF(2, 3);

/* As su_err_new(), with ": " and strerror(errnum) appended. */
struct su_err *su_err_errno(enum su_code code, int errnum, const char *fmt, ...) SU_PRINTF(3, 4);

/* The refusal for a reason of base/reasons.def: `message` is SU_WHY_NAME, and gives the code. */
struct su_err *su_refuse(const char *message, ...) SU_PRINTF(1, 2);

/* For a message without names in it. */
struct su_err *su_refuse_plain(const char *message);

/* As su_refuse(), with ": " and strerror(errnum) appended. */
struct su_err *su_refuse_errno(int errnum, const char *message, ...) SU_PRINTF(2, 3);

/* One that was taken apart by the functions below; a reason that there is none of counts for nothing.
 */
struct su_err *su_err_again(enum su_code code, const char *reason, const char *message);
struct su_err *su_err_copy(const struct su_err *err);

/* Puts "context: " before the message of `err` and returns `err`. NULL stays NULL. */
struct su_err *su_err_context(struct su_err *err, const char *fmt, ...) SU_PRINTF(2, 3);

enum su_code su_err_code(const struct su_err *err);
const char *su_err_message(const struct su_err *err); /* owned by `err` */
const char *su_err_reason(const struct su_err *err);  /* "layout-changed", else the code's name */
void su_err_destroy(struct su_err *err);	      /* takes NULL */

/* Returns from the calling function when `expr` fails. The only macro here with control flow. */
#define SU_TRY(expr)                                                                               \
	do {                                                                                       \
		struct su_err *su_try_err = (expr);                                                \
		if (su_try_err)                                                                    \
			return su_try_err;                                                         \
	} while (0)

#endif

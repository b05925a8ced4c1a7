/*
 * Reasons for which something is refused: the table is base/reasons.def.
 *
 * SU_WHY_NAME is the message of a row, a format string that the compiler checks.  A reason that
 * needs no names in it is the text itself; one that refuses by itself is made by su_refuse()
 * (base/err.h).  Since texts are kept in patches, which other builds of this tool read, a reason is
 * found again by its text.
 */
#ifndef SU_BASE_REASON_H
#define SU_BASE_REASON_H

#include "base/err_code.h"

struct su_reason {
	const char *id; /* "layout-changed": stable, for programs */
	enum su_code code;
	const char *message; /* as for printf() */
	const char *advice;  /* why, or what to do; "" */
};

#define HEADING(text)
#define REASON(name, id, code, message, advice)                                                    \
	__attribute__((unused)) static const char SU_WHY_##name[] = message;
#include "base/reasons.def"
#undef REASON
#undef HEADING

/* The row of a message as the table has it. NULL: none. */
const struct su_reason *su_reason_of_message(const char *message);

const struct su_reason *su_reason_of_id(const char *id); /* NULL: none */
/* The row that a text was made of; of several, the one that says most of it. NULL: none. */
const struct su_reason *su_reason_of_text(const char *text);

#endif

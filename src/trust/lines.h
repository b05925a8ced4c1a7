/*
 * Files of lines "name: value": keys, signatures, policies.
 *
 * The first line says what the file is.  A line that begins with # says nothing, nor does an empty
 * one.  Values hold no control characters.  What is not understood is an error, not passed over: a
 * policy that is read in part is not that policy.
 */
#ifndef SU_TRUST_LINES_H
#define SU_TRUST_LINES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct su_lines {
	char *text; /* what is left of it; lines are ended in place */
	const char *origin;
	unsigned number;
};

/* The next line that says something. False: there is none. *ret_value is "" without a colon. */
bool su_lines_next(struct su_lines *lines, char **ret_name, char **ret_value);
/* An error at the line that was read last. */
struct su_err *su_lines_fault(const struct su_lines *lines, const char *what);
/* Bytes as base64, exactly `size` of them. */
bool su_lines_bytes(const char *value, unsigned char *ret, size_t size);
/* A text without control characters, of at most `room` - 1 bytes. */
bool su_lines_text(const char *value, char *ret, size_t room);

#endif

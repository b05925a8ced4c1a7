/*
 * Writing JSON (RFC 8259) into a buffer.
 *
 *	struct su_json json = { 0 };
 *	su_json_object(&json, NULL);
 *	su_json_string(&json, "result", "applied");
 *	su_json_array(&json, "threads");
 *	su_json_uint(&json, NULL, 7);
 *	su_json_end(&json);
 *	su_json_end(&json);
 *	su_json_print(&json, stdout);
 *	su_json_deinit(&json);
 *
 * A key is given inside of objects and NULL inside of arrays and at the top.  Nesting that does not
 * fit is a defect and aborts.  Bytes that are not UTF-8 are written as U+FFFD.
 */
#ifndef SU_BASE_JSON_H
#define SU_BASE_JSON_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/vec.h"

#define SU_JSON_MAX_DEPTH 16

struct su_json {
	SU_VEC(char) text;
	unsigned depth;
	char closers[SU_JSON_MAX_DEPTH]; /* what ends each open value: } or ] */
	bool filled[SU_JSON_MAX_DEPTH];	 /* whether it has an element */
};

void su_json_object(struct su_json *json, const char *key);
void su_json_array(struct su_json *json, const char *key);
void su_json_end(struct su_json *json); /* the innermost object or array */

void su_json_string(struct su_json *json, const char *key, const char *value); /* NULL: null */
void su_json_int(struct su_json *json, const char *key, int64_t value);
void su_json_uint(struct su_json *json, const char *key, uint64_t value);
void su_json_hex(struct su_json *json, const char *key, uint64_t value); /* "0x1f" */
void su_json_bool(struct su_json *json, const char *key, bool value);
void su_json_real(struct su_json *json, const char *key, double value); /* 3 decimals */

/* Everything must have been ended. One line. False when the stream failed. */
bool su_json_print(const struct su_json *json, FILE *stream);
void su_json_deinit(struct su_json *json);

#endif

/*
 * What a child of ours hands back: bytes, texts and errors, which the parent checks like any others.
 */
#ifndef SU_PROCESS_ANSWER_H
#define SU_PROCESS_ANSWER_H

#include <stdbool.h>

#include "base/alloc.h"
#include "base/cursor.h"
#include "base/err.h"
#include "base/vec.h"

struct su_answer {
	SU_VEC(uint8_t) bytes;
};

void su_answer_put(struct su_answer *answer, const void *bytes, size_t size);
void su_answer_put_text(struct su_answer *answer, const char *text);	      /* or NULL */
void su_answer_put_error(struct su_answer *answer, const struct su_err *err); /* or NULL */
void su_answer_deinit(struct su_answer *answer);

/* In the order in which they were put. False: there is no such thing, and *ret is untouched. */
bool su_answer_take_text(struct su_cursor *cursor, struct su_arena *arena, const char **ret);
bool su_answer_take_error(struct su_cursor *cursor, struct su_err **ret);

/* Writes all of it; false: nobody reads it. */
bool su_answer_send(int fd, uint32_t kind, const struct su_answer *answer);
/* Takes the first that has arrived in full out of what was read; false: there is none yet. */
bool su_answer_receive(struct su_answer *read, uint32_t *ret_kind, struct su_answer *ret);

#endif

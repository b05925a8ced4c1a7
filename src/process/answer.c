/* What a child of ours hands back: see answer.h. */
#include "process/answer.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

void su_answer_put(struct su_answer *answer, const void *bytes, size_t size)
{
	size_t at = answer->bytes.len;

	if (!size)
		return;
	su_vec_fill(&answer->bytes, at + size, 0);
	memcpy(answer->bytes.at + at, bytes, size);
}

void su_answer_deinit(struct su_answer *answer)
{
	su_vec_deinit(&answer->bytes);
}

/* ---- texts and errors ---- */

/* A size that counts the end; 0: no text. */
void su_answer_put_text(struct su_answer *answer, const char *text)
{
	uint32_t size = text ? (uint32_t)strlen(text) + 1 : 0;

	su_answer_put(answer, &size, sizeof(size));
	if (text)
		su_answer_put(answer, text, size);
}

bool su_answer_take_text(struct su_cursor *cursor, struct su_arena *arena, const char **ret)
{
	uint32_t size;

	if (!su_cursor_read(cursor, &size, sizeof(size)) || size > su_cursor_left(cursor))
		return false;
	char *text = su_arena_alloc(arena, (size_t)size + 1);
	if (!su_cursor_read(cursor, text, size))
		return false;
	*ret = size ? text : NULL;
	return true;
}

void su_answer_put_error(struct su_answer *answer, const struct su_err *err)
{
	uint32_t code = err ? (uint32_t)su_err_code(err) : SU_E_COUNT;

	su_answer_put(answer, &code, sizeof(code));
	su_answer_put_text(answer, err ? su_err_reason(err) : NULL);
	su_answer_put_text(answer, err ? su_err_message(err) : NULL);
}

bool su_answer_take_error(struct su_cursor *cursor, struct su_err **ret)
{
	struct su_arena *arena = su_arena_create();
	const char *reason = NULL, *message = NULL;
	uint32_t code;
	bool whole = su_cursor_read(cursor, &code, sizeof(code)) &&
		     su_answer_take_text(cursor, arena, &reason) &&
		     su_answer_take_text(cursor, arena, &message) && code <= SU_E_COUNT &&
		     (code == SU_E_COUNT || (reason && message));

	if (whole)
		*ret = code == SU_E_COUNT ? NULL
					  : su_err_again((enum su_code)code, reason, message);
	su_arena_destroy(arena);
	return whole;
}

/* ---- by a pipe ---- */

struct head {
	uint32_t kind, size;
};

static bool write_all(int fd, const void *bytes, size_t size)
{
	for (size_t done = 0; done < size;) {
		ssize_t put = write(fd, (const uint8_t *)bytes + done, size - done);

		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0)
			return false;
		done += (size_t)put;
	}
	return true;
}

bool su_answer_send(int fd, uint32_t kind, const struct su_answer *answer)
{
	const struct head head = { kind, (uint32_t)answer->bytes.len };

	return write_all(fd, &head, sizeof(head)) &&
	       write_all(fd, answer->bytes.at, answer->bytes.len);
}

bool su_answer_receive(struct su_answer *read, uint32_t *ret_kind, struct su_answer *ret)
{
	struct su_cursor cursor = su_cursor_init(read->bytes.at, read->bytes.len);
	struct head head;

	if (!su_cursor_read(&cursor, &head, sizeof(head)) || head.size > su_cursor_left(&cursor))
		return false;
	size_t all = sizeof(head) + head.size;
	*ret_kind = head.kind;
	*ret = (struct su_answer){ { 0 } };
	su_answer_put(ret, read->bytes.at + sizeof(head), head.size);
	memmove(read->bytes.at, read->bytes.at + all, read->bytes.len - all);
	read->bytes.len -= all;
	return true;
}

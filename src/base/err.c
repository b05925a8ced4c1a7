/* Errors as values: see err.h. */
#include "base/err.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/reason.h"

struct su_err {
	enum su_code code;
	const struct su_reason *reason; /* or NULL */
	char *message;
};

static struct su_err *err_take(enum su_code code, char *message)
{
	struct su_err *err = su_alloc(sizeof(*err));

	err->code = code;
	err->message = message;
	return err;
}

static char *with_errno(char *what, int errnum)
{
	char *message = su_format("%s: %s", what, strerror(errnum));

	free(what);
	return message;
}

static struct su_err *refusal_take(const char *pattern, char *message)
{
	const struct su_reason *reason = su_reason_of_message(pattern);

	su_assert(reason);
	struct su_err *err = err_take(reason->code, message);
	err->reason = reason;
	return err;
}

struct su_err *su_err_new(enum su_code code, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	char *message = su_vformat(fmt, args);
	va_end(args);
	return err_take(code, message);
}

struct su_err *su_err_errno(enum su_code code, int errnum, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	char *what = su_vformat(fmt, args);
	va_end(args);
	return err_take(code, with_errno(what, errnum));
}

struct su_err *su_refuse(const char *message, ...)
{
	va_list args;

	va_start(args, message);
	char *text = su_vformat(message, args);
	va_end(args);
	return refusal_take(message, text);
}

struct su_err *su_refuse_plain(const char *message)
{
	return refusal_take(message, su_strdup(message));
}

struct su_err *su_refuse_errno(int errnum, const char *message, ...)
{
	va_list args;

	va_start(args, message);
	char *what = su_vformat(message, args);
	va_end(args);
	return refusal_take(message, with_errno(what, errnum));
}

struct su_err *su_err_again(enum su_code code, const char *reason, const char *message)
{
	struct su_err *err = err_take(code, su_strdup(message));

	err->reason = su_reason_of_id(reason);
	return err;
}

struct su_err *su_err_copy(const struct su_err *err)
{
	struct su_err *copy = err_take(err->code, su_strdup(err->message));

	copy->reason = err->reason;
	return copy;
}

struct su_err *su_err_context(struct su_err *err, const char *fmt, ...)
{
	va_list args;

	if (!err)
		return NULL;
	va_start(args, fmt);
	char *context = su_vformat(fmt, args);
	va_end(args);
	char *message = su_format("%s: %s", context, err->message);
	free(context);
	free(err->message);
	err->message = message;
	return err;
}

enum su_code su_err_code(const struct su_err *err)
{
	return err->code;
}

const char *su_err_message(const struct su_err *err)
{
	return err->message;
}

const char *su_err_reason(const struct su_err *err)
{
	return err->reason ? err->reason->id : su_code_name(err->code);
}

void su_err_destroy(struct su_err *err)
{
	if (!err)
		return;
	free(err->message);
	free(err);
}

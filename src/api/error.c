/* Errors and the version as strongupdate.h gives them: see base/err.h. */
#include "api/api_private.h"
#include "base/reason.h"

static const struct su_err *inner_error(const struct strongupdate_error *error)
{
	return (const struct su_err *)error;
}

const char *strongupdate_version(void)
{
	return SU_VERSION;
}

const char *strongupdate_error_message(const struct strongupdate_error *error)
{
	return su_err_message(inner_error(error));
}

const char *strongupdate_error_code(const struct strongupdate_error *error)
{
	return su_code_name(su_err_code(inner_error(error)));
}

const char *strongupdate_error_reason(const struct strongupdate_error *error)
{
	return su_err_reason(inner_error(error));
}

const char *strongupdate_reason_id(const char *reason)
{
	const struct su_reason *row = su_reason_of_text(reason);

	return row ? row->id : "other";
}

enum strongupdate_exit strongupdate_error_exit(const struct strongupdate_error *error)
{
	return (enum strongupdate_exit)su_code_exit_status(su_err_code(inner_error(error)));
}

void strongupdate_error_free(struct strongupdate_error *error)
{
	su_err_destroy((struct su_err *)error);
}

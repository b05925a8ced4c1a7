/* Structures of a size that the caller says: see sized.h. */
#include "api/sized.h"

#include <string.h>

static bool is_zero(const void *bytes, size_t size)
{
	const unsigned char *at = bytes;

	for (size_t i = 0; i < size; i++)
		if (at[i])
			return false;
	return true;
}

/* As Linux takes structures that grow (clone3, openat2): both begin with their size. */
static struct su_err *take(void *ret, size_t size, const void *given, const char *name)
{
	size_t given_size = *(const size_t *)given;

	if (given_size < sizeof(size_t))
		return su_err_new(SU_E_USAGE, "the %s do not say their size: see strongupdate.h",
				  name);
	if (given_size > size && !is_zero((const char *)given + size, given_size - size))
		return su_err_new(SU_E_USAGE, "the %s ask for something that is not known here",
				  name);
	memset(ret, 0, size);
	memcpy(ret, given, given_size < size ? given_size : size);
	return NULL;
}

struct su_err *su_api_options(const struct strongupdate_options *given,
			      struct strongupdate_options *ret)
{
	const struct strongupdate_options defaults = strongupdate_options_init();

	return take(ret, sizeof(*ret), given ? given : &defaults, "options");
}

struct su_err *su_api_targets(const struct strongupdate_targets *given,
			      struct strongupdate_targets *ret)
{
	return take(ret, sizeof(*ret), given, "targets");
}

struct su_err *su_api_statement(const struct strongupdate_statement *given,
				struct strongupdate_statement *ret)
{
	const struct strongupdate_statement nothing = strongupdate_statement_init();

	return take(ret, sizeof(*ret), given ? given : &nothing, "statements on a patch");
}

void su_api_give(void *ret, size_t ret_size, const void *made, size_t size)
{
	memset(ret, 0, ret_size);
	memcpy(ret, made, ret_size < size ? ret_size : size);
}

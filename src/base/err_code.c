/* See err_code.h. */
#include "base/err_code.h"

#include "base/basics.h"

static const struct {
	const char *name;
	int exit_status;
} codes[SU_E_COUNT] = {
	[SU_E_INTERNAL] = { "internal", 3 },
	[SU_E_USAGE] = { "usage", 2 },
	[SU_E_IO] = { "io", 3 },
	[SU_E_FORMAT] = { "format", 1 },
	[SU_E_UNSUPPORTED] = { "unsupported", 1 },
	[SU_E_MISMATCH] = { "mismatch", 1 },
	[SU_E_STATE] = { "state", 1 },
	[SU_E_PERMISSION] = { "permission", 1 },
	[SU_E_GONE] = { "gone", 1 },
	[SU_E_BUSY] = { "busy", 1 },
	[SU_E_DAMAGED] = { "damaged", 4 },
};

const char *su_code_name(enum su_code code)
{
	return codes[code].name;
}

int su_code_exit_status(enum su_code code)
{
	return codes[code].exit_status;
}

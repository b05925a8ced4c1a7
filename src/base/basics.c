/* See basics.h. */
#include "base/basics.h"

#include <stdio.h>
#include <stdlib.h>

void su_assert_failed(const char *cond, const char *file, int line)
{
	fprintf(stderr, "strongupdate: %s:%d: assertion failed: %s\n", file, line, cond);
	abort();
}

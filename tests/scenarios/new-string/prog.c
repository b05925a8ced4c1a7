/*
 * New code uses new string literals and keeps others; the address of a kept one may be anywhere.
 *
 * before: kept text, the first wording n=\d+
 * after: kept text, another and a rather longer wording n=\d+
 * sequence: \bn=(\d+)
 */
#include "support.h"

NOINLINE static const char *wording(void)
{
#ifdef NEW
	return opaque(1) ? "another and a rather longer wording" : "";
#else
	return opaque(1) ? "the first wording" : "";
#endif
}

int main(void)
{
	begin();
	for (int n = 0;; n++) {
		printf("%s, %s n=%d\n", "kept text", wording(), n);
		tick();
	}
}

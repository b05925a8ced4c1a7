/*
 * All line numbers shift and one function uses __LINE__; only one function really changes.
 *
 * before: line=\d+ old n=\d+
 * after: line=\d+ new n=\d+
 * sequence: \bn=(\d+)
 */
#include "support.h"

NOINLINE static int line(void)
{
	return (int)opaque(__LINE__);
}

NOINLINE static void step(int n)
{
	printf("line=%d old n=%d\n", line(), n);
}

int main(void)
{
	begin();
	for (int n = 0;; n++) {
		step(n);
		tick();
	}
}

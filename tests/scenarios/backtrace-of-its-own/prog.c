/*
 * A changed function asks for its own backtrace, which would end at its first frame.
 *
 * before: old n=\d+
 * expect: refuse
 * reason: it calls backtrace
 */
#include "support.h"

#include <execinfo.h>

NOINLINE static int depth(void)
{
	void *at[32];
	int count = backtrace(at, 32);

#ifdef NEW
	return count > 2 ? count : -count;
#else
	return count;
#endif
}

int main(void)
{
	begin();
	for (long n = 0;; n++) {
		tick();
		if (depth() < 3)
			printf("BAD: the trace is cut off\n");
		printf("old n=%ld\n", n);
	}
}

/*
 * The new version has a new thread-local variable: this must be refused.
 *
 * before: old n=\d+
 * sequence: \bn=(\d+)
 * expect: refuse
 * reason: thread|TLS
 */
#include "support.h"

static __thread int kept;
#ifdef NEW
static __thread int fresh = 3;
#endif

NOINLINE static void step(int n)
{
#ifdef NEW
	printf("BAD new n=%d kept=%d fresh=%d\n", n, kept++, fresh++);
#else
	printf("old n=%d\n", n);
	kept++;
#endif
}

int main(void)
{
	begin();
	for (int n = 0;; n++) {
		step(n);
		tick();
	}
}

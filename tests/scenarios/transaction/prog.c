/*
 * A transaction in two steps, with pauses between them.
 * Updated at any instant, a transaction may begin in one version and end in the other: that is
 * what `apply --when` is for (tests/harness/conditions.py).
 *
 * before: begin old \d+
 * before: end old \d+
 * after: begin new \d+
 * after: end new \d+
 * sequence: (begin|end) \w+ (\d+)
 */
#include "support.h"

NOINLINE static void step(const char *what, int n)
{
#ifdef NEW
	printf("%s new %d\n", what, n);
#else
	printf("%s old %d\n", what, n);
#endif
}

static inline __attribute__((always_inline)) void transact(int n)
{
	step("begin", n);
	for (int i = 0; i < 5; i++)
		tick();
	step("end", n);
	opaque(n); /* the step is no tail call, which would end this activation */
#ifdef NEW
	opaque(n + 1); /* transactions change, too */
#endif
}

NOINLINE static void serve(int n)
{
	transact(n);
}

int main(void)
{
	begin();
	for (int n = 0;; n++) {
		serve(n);
		tick();
	}
}

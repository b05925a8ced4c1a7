/*
 * The old version notes a number that it never reads, so that its compiler removes the variable.
 * The new version reads it: the process has nothing to go on with.
 *
 * before: old n=\d+
 * after: new n=\d+ last=\d+
 * sequence: \bn=(\d+)
 * expect: either
 * reason: 'last' \(prog.c\) has no storage of its own
 */
#include "support.h"

static long last;
static long n;

static NOINLINE void step(void)
{
	n++;
#ifdef NEW
	if (last != n - 1)
		printf("BAD last=%ld\n", last);
	printf("new n=%ld last=%ld\n", n, last);
#else
	printf("old n=%ld\n", n);
#endif
	last = n;
}

int main(void)
{
	begin();
	for (;;) {
		step();
		tick();
	}
}

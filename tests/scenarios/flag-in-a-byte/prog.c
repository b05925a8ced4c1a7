/*
 * An integer that is only ever 0 or 5: clang keeps it as one byte, 0 or 1, and says so in DWARF, in
 * both versions alike.
 *
 * before: old state=5 n=\d+
 * after: new state=5 n=\d+
 * sequence: \bn=(\d+)
 */
#include "support.h"

static int state;

static NOINLINE void start(void)
{
	if (!state)
		state = 5;
}

static NOINLINE void step(int n)
{
#ifdef NEW
	printf("new state=%d n=%d\n", state, n);
#else
	printf("old state=%d n=%d\n", state, n);
#endif
}

int main(void)
{
	begin();
	for (int n = 0;; n++) {
		if (n == opaque(0))
			start();
		step(n);
		tick();
	}
}

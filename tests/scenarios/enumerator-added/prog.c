/*
 * An enumeration gains a last value; the count of its values, which no data holds, moves on.
 *
 * before: old waiting n=\d+
 * after: new waiting of 4 n=\d+
 * sequence: \bn=(\d+)
 */
#include "support.h"

enum state {
	STARTING,
	WAITING,
	DONE,
#ifdef NEW
	HALTED,
#endif
	STATES
};

static volatile enum state state;

NOINLINE static void step(int n)
{
	if (state != WAITING)
		printf("BAD state\n");
#ifdef NEW
	printf("new waiting of %d n=%d\n", STATES, n);
#else
	printf("old waiting n=%d\n", n);
#endif
}

int main(void)
{
	begin();
	state = opaque(WAITING);
	for (int n = 0;; n++) {
		step(n);
		tick();
	}
}

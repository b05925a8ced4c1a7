/*
 * Two functions call each other, both change, and both are active at several levels.
 *
 * before: trace=pqpqpqpq n=\d+
 * after: trace=XYXYXYXY n=\d+
 * sequence: \bn=(\d+)
 */
#include "support.h"

static char trace[32];

void pong(int depth);

NOINLINE void ping(int depth)
{
	if (depth == 0) {
		tick();
		return;
	}
	pong(depth - 1);
#ifdef NEW
	strcat(trace, "Y");
#else
	strcat(trace, "q");
#endif
}

NOINLINE void pong(int depth)
{
	if (depth == 0) {
		tick();
		return;
	}
	ping(depth - 1);
#ifdef NEW
	strcat(trace, "X");
#else
	strcat(trace, "p");
#endif
}

int main(void)
{
	begin();
	for (int n = 0;; n++) {
		trace[0] = '\0';
		ping((int)opaque(8));
		printf("trace=%s n=%d\n", trace, n);
	}
}

/*
 * The new version counts who waits, up and down: who waits already is not to be counted down.
 *
 * before: old
 * expect: refuse
 * reason: undoes it behind it
 */
#include "serving.h"

static int busy;

NOINLINE static int step(int n)
{
#ifdef NEW
	busy++;
#endif
	serve();
#ifdef NEW
	busy--;
#endif
	return n + 1;
}

int main(void)
{
	begin();
	busy = (int)opaque(0);
	for (int n = 0;; n = step(n))
		printf("busy %d\n", busy);
}

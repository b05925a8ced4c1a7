/*
 * The new version holds nothing any more while it waits, but others ask whether somebody does.
 *
 * before: old
 * expect: refuse
 * reason: undoes it behind it
 */
#include "serving.h"

static int held;

NOINLINE static int step(int n)
{
#ifndef NEW
	held++;
#endif
	serve();
#ifndef NEW
	held--;
#endif
	return n + 1;
}

int main(void)
{
	begin();
	held = (int)opaque(0);
	for (int n = 0;; n = step(n))
		printf("held %d\n", held);
}

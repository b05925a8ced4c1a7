/*
 * What a function did last, its caller does when it has returned: who waits behind that in the old
 * function would do it twice, and on the way back not at all.
 *
 * before: old reply 226 n=\d+
 * after: new reply 226 n=\d+
 * sequence: reply 226 n=(\d+)
 */
#include "support.h"

NOINLINE static void reply(int code, int n)
{
#ifdef NEW
	printf("new reply %d n=%d\n", code, n);
#else
	printf("old reply %d n=%d\n", code, n);
#endif
}

NOINLINE static void transfer(int n)
{
	tick();
#ifndef NEW
	reply(226, n);
#endif
	tick();
	tick();
}

NOINLINE static void handle(int n)
{
	transfer(n);
	tick();
#ifdef NEW
	reply(226, n);
#endif
	tick();
}

int main(void)
{
	begin();
	for (int n = 0;; n++)
		handle(n);
}

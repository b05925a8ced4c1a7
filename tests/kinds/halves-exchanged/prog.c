/*
 * The new version takes a lock by an exchange, without a call.
 *
 * before: old
 * expect: refuse
 * reason: undoes it behind it
 */
#include "serving.h"

static int lock;

NOINLINE static int step(int n)
{
#ifdef NEW
	while (__atomic_exchange_n(&lock, 1, __ATOMIC_ACQUIRE))
		tick();
#endif
	serve();
#ifdef NEW
	__atomic_store_n(&lock, 0, __ATOMIC_RELEASE);
#endif
	return n + 1;
}

int main(void)
{
	begin();
	lock = (int)opaque(0);
	for (int n = 0;; n = step(n))
		printf("%d\n", lock);
}

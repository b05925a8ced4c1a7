/*
 * The new version calls a function if there is one (a weak import that nothing defines): there is none.
 *
 * before: old value=7 n=\d+
 * after: new value=7 n=\d+
 * sequence: \bn=(\d+)
 */
#include "support.h"

#ifdef NEW
__attribute__((weak)) extern long of_nobody(long n);
#endif

NOINLINE static long value(long n)
{
#ifdef NEW
	return of_nobody ? of_nobody(n) : opaque(7);
#else
	return opaque(7) + (n < 0);
#endif
}

int main(void)
{
	begin();
	for (long n = 0;; n++) {
		tick();
#ifdef NEW
		printf("new value=%ld n=%ld\n", value(n), n);
#else
		printf("old value=%ld n=%ld\n", value(n), n);
#endif
	}
}

/*
 * An active changed function is so short that there may be no room for a jump behind its call.
 *
 * before: old value=10 n=\d+
 * after: new value=30 n=\d+
 * sequence: \bn=(\d+)
 * cflags: -fcf-protection=full
 * either: -O1 -O2 -O3 -Os
 */
#include "support.h"

int (*volatile handler)(int);

int handle(int x)
{
	tick();
#ifdef NEW
	return x * 3;
#else
	return x;
#endif
}

int main(void)
{
	begin();
	handler = handle;
	for (int n = 0;; n++) {
		int value = handler(10);

		printf("%s value=%d n=%d\n", value == 30 ? "new" : "old", value, n);
	}
}

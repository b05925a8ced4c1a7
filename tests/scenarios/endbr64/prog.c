/*
 * With -fcf-protection=full changed functions start with endbr64 and are called by pointers.
 *
 * before: old value=10 n=\d+
 * after: new value=30 n=\d+
 * sequence: \bn=(\d+)
 * cflags: -fcf-protection=full
 */
#include "support.h"

int (*volatile handler)(int);

int handle(int x)
{
	long first = opaque(x), second = opaque(2 * x);

	tick();
	if (first * 2 != second)
		printf("BAD first=%ld second=%ld\n", first, second);
#ifdef NEW
	return (int)(first + second);
#else
	return (int)(second - first);
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

/*
 * The body of an endless loop is rearranged: conditions swap, a nested loop appears, calls move.
 *
 * before: old kind=\d size=\d+ n=\d+
 * after: new kind=\d size=\d+ rest=\d+ n=\d+
 * sequence: \bn=(\d+)
 */
#include "support.h"

NOINLINE static int kind_of(int n)
{
	tick();
	return (int)opaque(n % 4);
}

NOINLINE static int size_of(int kind)
{
	tick();
	return (int)opaque(kind * 10 + 1);
}

int main(void)
{
	int n = 0;

	begin();
	for (;;) {
		int kind = kind_of(n);
#ifdef NEW
		int size = 0, rest = 0;

		if (kind != 0) {
			size = size_of(kind);
			for (int i = size; i > 7; i -= 7)
				rest++;
		} else {
			tick();
		}
		printf("new kind=%d size=%d rest=%d n=%d\n", kind, size, rest, n);
#else
		int size = kind == 0 ? 0 : size_of(kind);

		printf("old kind=%d size=%d n=%d\n", kind, size, n);
#endif
		if (size != (kind ? kind * 10 + 1 : 0))
			printf("BAD kind=%d size=%d\n", kind, size);
		n++;
	}
}

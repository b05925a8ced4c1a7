/*
 * Two functions have a static constant table of one name each, and one of the tables changes in
 * many places; pointers to elements were given away before.
 *
 * before: first 2 third 20 held 2 20 n=\d+
 * after: first 3 third 20 held 3 20 n=\d+
 * sequence: \bn=(\d+)
 */
#include "support.h"

#ifdef NEW
#define BASE(i) (100 + (i)*3)
#else
#define BASE(i) (100 + (i)*2)
#endif
#define ROW(i) BASE(i), 7, 7, 7, 7, BASE((i) + 1)

NOINLINE static const int *first(int i)
{
	static const int table[] = { ROW(0), ROW(1), ROW(2), ROW(3), ROW(4), ROW(5) };

	return &table[i];
}

NOINLINE static const int *second(int i)
{
	static const int table[] = { 10, 20, 30 };

	return &table[i];
}

int main(void)
{
	begin();
	const int *a = first((int)opaque(6)), *b = second((int)opaque(1));
	for (int n = 0;; n++) {
		printf("first %d third %d held %d %d n=%d\n", *first((int)opaque(6)) - 100,
		       *second((int)opaque(1)), *a - 100, *b, n);
		tick();
	}
}

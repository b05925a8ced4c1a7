/*
 * A loop's bound beyond its object, as in loop-bound-beyond-object, but named by one instruction:
 * the address means whatever else is there.  The patch is refused, or the loop ends as before.
 *
 * before: old sum=10 n=\d+
 * after: new sum=10 n=\d+
 * sequence: \bn=(\d+)
 * expect: either
 */
#include "support.h"

__attribute__((used)) static const signed char rows[16][8] = { { 1 }, { 2 }, { 3 }, { 4 } };
#ifdef NEW
static const volatile int after[8] = { 1, 2, 3 };
#endif
static long n;

/* The end of the last row's end: gcc makes such a bound by itself when it likes. */
static inline const signed char *bound(void)
{
#ifdef __OPTIMIZE__
	const signed char *end;

	__asm__("lea rows+136(%%rip), %0" : "=r"(end));
	return end;
#else
	return rows[15] + 16;
#endif
}

static NOINLINE void round_trip(void)
{
	long sum = 0;

#ifdef NEW
	opaque(after[3]);
#endif
	tick();
	for (const signed char *end = rows[0] + 8; end != bound(); end += 8) {
		for (int j = -8; j < 0; j++)
			sum += opaque(end[j]);
	}
#ifdef NEW
	printf("new sum=%ld n=%ld\n", sum, n);
#else
	printf("old sum=%ld n=%ld\n", sum, n);
#endif
	n++;
}

int main(void)
{
	begin();
	while (opaque(1))
		round_trip();
	return 0;
}

/*
 * A compiler that turns indexes into pointers ends a loop at an address beyond its object: here one
 * row beyond `rows`, where each version has another variable.  The loop is active when the program
 * is updated, and the bound in a register.
 *
 * before: old sum=496 n=\d+
 * after: new sum=496 n=\d+
 * sequence: \bn=(\d+)
 */
#include "support.h"

static long counts[13];
#ifdef NEW
static long between[13];
#endif
static int rows[4][8];
static long n;

static NOINLINE void round_trip(void)
{
	long sum = 0;

	for (int i = 0; i < 4; i++) {
		tick();
		for (int j = 0; j < 8; j++)
			sum += opaque(rows[i][j]);
	}
#ifdef NEW
	between[5]++;
	printf("new sum=%ld n=%ld\n", sum, n);
#else
	printf("old sum=%ld n=%ld\n", sum, n);
#endif
	counts[5]++;
	n++;
}

int main(void)
{
	begin();
	for (int i = 0; i < 32; i++)
		rows[i / 8][i % 8] = i;
	while (opaque(1))
		round_trip();
	return (int)counts[5];
}

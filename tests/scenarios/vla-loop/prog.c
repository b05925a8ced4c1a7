/*
 * Variable-length arrays come and go in a loop that never ends: one for each turn, one inside it,
 * one in a recursive call; a pointer into them and the stack pointers to go back to are live.
 *
 * before: old sum=\d+ n=\d+
 * after: new sum=\d+ n=\d+
 * sequence: \bn=(\d+)
 */
#include "support.h"

NOINLINE static long fill(long *values, int count, int from)
{
	for (int i = 0; i < count; i++)
		values[i] = from + i;
	tick();
	return from;
}

NOINLINE static long sum(const long *values, int count)
{
	long total = 0;

	for (int i = 0; i < count; i++)
		total += values[i];
	return total;
}

NOINLINE static long nested(int depth, long *outer, int count)
{
	int inner_count = 3 + (int)opaque(depth) % 5;
	long inner[inner_count];
	long *middle = &inner[inner_count / 2], result;

	fill(inner, inner_count, depth);
	result = depth ? nested(depth - 1, inner, inner_count) : 0;
	if (*middle != depth + inner_count / 2)
		printf("BAD middle=%ld\n", *middle);
	result += sum(inner, inner_count) + sum(outer, count) * 2;
#ifdef NEW
	if (result < 0)
		printf("BAD result=%ld\n", result);
#endif
	return result;
}

static long expected(int n)
{
	long total = 0;
	int count = 10 + n % 7;

	for (int depth = 3; depth >= 0; depth--) {
		int inner = 3 + depth % 5;
		long own = (long)inner * depth + (long)inner * (inner - 1) / 2;
		int outer = depth == 3 ? count : 3 + (depth + 1) % 5;
		long above = depth == 3 ? (long)count * n + (long)count * (count - 1) / 2
					: (long)outer * (depth + 1) + (long)outer * (outer - 1) / 2;

		total += own + 2 * above;
	}
	return total;
}

NOINLINE static void work(void)
{
	for (int n = 0;; n++) {
		int count = 10 + n % 7;
		long values[count], total;

		fill(values, count, n);
		total = nested(3, values, count);
		if (total != expected(n))
			printf("BAD sum=%ld not %ld\n", total, expected(n));
		if (values[count - 1] != n + count - 1)
			printf("BAD last=%ld\n", values[count - 1]);
#ifdef NEW
		printf("new sum=%ld n=%d\n", total, n);
#else
		printf("old sum=%ld n=%d\n", total, n);
#endif
	}
}

int main(void)
{
	begin();
	work();
}

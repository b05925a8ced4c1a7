/*
 * Strings, numbers and tables: some the same in all versions, some shared between functions that a
 * version changes and others that it leaves alone, some new in each.
 *
 * versions: 4
 * lines: v{V} n=\d+ half=\d+ sum=\d+ text=\S+ list=\S+
 * sequence: \bn=(\d+)
 */
#include "support.h"

static const char *const names[] = {
	"alpha",
	"beta",
#if VERSION >= 3
	"gamma",
#endif
	NULL,
};

static const int primes[] = { 2, 3, 5, 7, 11, 13, VERSION >= 2 ? 17 : 19 };

NOINLINE static double half(double x)
{
	return x * 0.5 + 0.25 + (double)opaque(0);
}

NOINLINE static double half_too(double x)
{
	return x * 0.5 + 0.25 + (double)opaque(0) + (VERSION == 2 || VERSION == 3) * 0.125;
}

NOINLINE static int sum(void)
{
	int total = 0;

	for (int i = 0; i < 7; i++)
		total += primes[i] + (int)opaque(0);
	return total;
}

NOINLINE static const char *text(int n)
{
	static const char *last;

	if (!last)
		last = "constant-text";
	if (strcmp(last, "constant-text"))
		printf("BAD text\n");
	return opaque(n) % 2 ? "constant-text" : VERSION >= 3 ? "third-text" : last;
}

NOINLINE static int list(char *to)
{
	int count = 0;

	*to = 0;
	const char *const *name = names;

	for (; *name; name++, count++) {
		strcat(to, *name);
		strcat(to, VERSION == 4 ? ";" : ",");
	}
	name = NULL;
	(void)name;
	return count;
}

int main(void)
{
	char buffer[100];

	begin();
	for (int n = 0;; n++) {
		double h = half(n), t = half_too(n);

		list(buffer); /* a table that grows is not held while the program waits */
		tick();
		if (h != t && h + 0.125 != t)
			printf("BAD half\n");
		if (sum() != 60 && sum() != 58)
			printf("BAD sum=%d\n", sum());
		printf("v%d n=%d half=%d sum=%d text=%s list=%s\n", VERSION, n, (int)h, sum(),
		       text(n), buffer);
	}
}

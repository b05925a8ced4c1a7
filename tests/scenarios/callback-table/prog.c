/*
 * A table of function pointers on the heap, filled before the update, leads to changed functions.
 *
 * before: results 11 21 31 n=\d+
 * after: results 12 22 31 n=\d+
 * sequence: \bn=(\d+)
 */
#include "support.h"

struct operation {
	int (*run)(int);
	int argument;
};

static int ten(int x)
{
#ifdef NEW
	return x + 11 + (int)opaque(0);
#else
	return x + 10 + (int)opaque(0);
#endif
}

static int twenty(int x)
{
#ifdef NEW
	return x * 2 + 20 + (int)opaque(0);
#else
	return x + 20 + (int)opaque(0);
#endif
}

static int thirty(int x)
{
	return x + 30;
}

int main(void)
{
	struct operation *table = calloc(3, sizeof(*table));

	begin();
	table[0].run = ten;
	table[1].run = twenty;
	table[2].run = thirty;
	for (int i = 0; i < 3; i++)
		table[i].argument = 1;
	for (int n = 0;; n++) {
		printf("results");
		for (int i = 0; i < 3; i++)
			printf(" %d", table[i].run(table[i].argument));
		printf(" n=%d\n", n);
		tick();
	}
}

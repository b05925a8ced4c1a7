/*
 * A variable of type `void *` leads to numbers, which a cast alone makes wider.
 *
 * before: 2 3
 * expect: refuse
 * reason: elements of 8 bytes
 */
#include "support.h"

#ifdef NEW
#define AS(p) ((long *)(p))
#else
#define AS(p) ((int *)(p))
#endif

static void *numbers;

NOINLINE static void put(int i, long number)
{
	AS(numbers)[i] = number;
}

NOINLINE static long get(int i)
{
	return AS(numbers)[i];
}

int main(void)
{
	int first = (int)opaque(1);

	numbers = calloc(8, sizeof(long));
	begin();
	for (int i = 0; i < 4; i++)
		put(i, i + 1);
	for (;;) {
		printf("%ld %ld\n", get(first), get(first + 1));
		tick();
	}
}

/*
 * An argument of type `void *` leads to the numbers.
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

NOINLINE static long get(const void *numbers, int i)
{
	return AS(numbers)[i];
}

int main(void)
{
	void *numbers = calloc(8, sizeof(long));
	int first = (int)opaque(1);

	begin();
	for (int i = 0; i < 4; i++)
		((int *)numbers)[i] = i + 1;
	for (;;) {
		printf("%ld %ld\n", get(numbers, first), get(numbers, first + 1));
		tick();
	}
}

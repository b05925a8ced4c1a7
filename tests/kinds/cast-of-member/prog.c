/*
 * A member of type `void *` leads to the numbers.
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

struct box {
	int count;
	void *numbers;
};

NOINLINE static long get(const struct box *box, int i)
{
	return i < box->count ? AS(box->numbers)[i] : -1;
}

int main(void)
{
	struct box *box = malloc(sizeof(*box));
	int first = (int)opaque(1);

	box->count = 4;
	box->numbers = calloc(8, sizeof(long));
	begin();
#ifndef NEW
	for (int i = 0; i < 4; i++)
		AS(box->numbers)[i] = i + 1;
#endif
	for (;;) {
		printf("%ld %ld\n", get(box, first), get(box, first + 1));
		tick();
	}
}

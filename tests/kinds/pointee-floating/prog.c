/*
 * The numbers on the heap are floating now, of the same width.
 *
 * before: 10
 * expect: refuse
 * reason: 'at' of function 'sum' .* was 'int \*' and is 'float
 */
#include "support.h"

#ifdef NEW
#define ELEMENT float
#else
#define ELEMENT int
#endif

struct numbers {
	void *at;
	int count;
};

NOINLINE static long sum(struct numbers *numbers)
{
	ELEMENT *at = numbers->at;
	long total = 0;

	for (int i = 0; i < numbers->count; i++)
		total += at[i];
#ifdef NEW
	return total + 1000;
#else
	return total;
#endif
}

int main(void)
{
	struct numbers *numbers = malloc(sizeof(*numbers));

	begin();
	numbers->count = 4;
	numbers->at = calloc(4, 8);
	for (int i = 0; i < 4; i++)
		((ELEMENT *)numbers->at)[i] = i + 1;
	for (;;) {
		printf("%ld\n", sum(numbers));
		tick();
	}
}

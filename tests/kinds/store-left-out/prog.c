/*
 * A variable whose address is given away, and which nobody reads by it: clang leaves the store out,
 * and says all the same that the variable is in memory. A version that is not optimised reads it there.
 *
 * before: old 6 of 8
 * after: new 6 of 8
 */
#include "support.h"

static int numbers[8] = { 0, 1, 2, 3, 4, 5, 6, 7 };
static int **volatile kept;
static volatile int rounds = 100;

#if defined(NEW) && defined(__clang__)
#define PLAIN __attribute__((optnone))
#elif defined(NEW)
#define PLAIN __attribute__((optimize("O0")))
#else
#define PLAIN
#endif

NOINLINE static void say(const int *number)
{
	if (number != &numbers[6])
		printf("BAD: %p\n", (const void *)number);
#ifdef NEW
	printf("new %d of 8\n", *number);
#else
	printf("old %d of 8\n", *number);
#endif
}

NOINLINE PLAIN static void serve(void)
{
	int *number = &numbers[6];

	for (int i = 0; i < rounds; i++) {
		tick();
		say(number);
	}
	kept = &number; /* nobody reads it before serve() ends */
}

int main(void)
{
	begin();
	for (;;) {
		serve();
		kept = NULL;
	}
}

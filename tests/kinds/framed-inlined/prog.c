/*
 * A function that is inlined in main reads a member of a structure that changed, through its parameter, before
 * main waits. main has nothing of that type.
 *
 * before: one=\d+ n=\d+
 * expect: refuse
 * reason: it has or points to objects of a type whose layout changed
 */
#include "support.h"

struct pair {
#ifdef NEW
	long two, one;
#else
	long one, two;
#endif
};

static struct pair pairs[1];

#define PAIR pairs[opaque(0)]
static void *given;

static inline __attribute__((always_inline)) long read_one(const struct pair *of)
{
	return of->one;
}

int main(void)
{
	begin();
	given = pairs;
	PAIR.one = opaque(1);
	PAIR.two = opaque(2);
	for (int n = 0;; n++) {
		long read = read_one(opaque(1) ? given : NULL);

		tick();
		printf("one=%ld n=%d\n", read, n);
	}
}

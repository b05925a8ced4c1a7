/*
 * Two members of a structure change their places and a function reads one of them before it waits. All of its
 * code but a displacement is the same. It is left before the update is made.
 *
 * before: old n=\d+
 * after: new n=\d+
 * sequence: \bn=(\d+)
 */
#include "support.h"

struct pair {
#ifdef NEW
	long one, two;
#else
	long two, one;
#endif
};

static struct pair pairs[1];

#define PAIR pairs[opaque(0)]

NOINLINE static void turn(const struct pair *of)
{
	long read = of->one;

	tick();
	if (read != 1)
		printf("BAD: read %ld\n", read);
}

NOINLINE static void set_up(void)
{
	PAIR.one = opaque(1);
	PAIR.two = opaque(2);
}

int main(void)
{
	begin();
	set_up();
	for (int n = 0;; n++) {
		turn(&PAIR);
#ifdef NEW
		printf("new n=%d\n", n);
#else
		printf("old n=%d\n", n);
#endif
	}
}

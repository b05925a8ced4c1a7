/*
 * New variables lie on both sides of an object whose address the changed function passes on.  In
 * NEW that address is the end of one of them too; but nothing goes to the end of a number.
 *
 * before: old n=\d+
 * after: new n=\d+ [1-9]\d* [1-9]\d*
 * sequence: \bn=(\d+)
 */
#include "support.h"

#ifdef NEW
static long one_side;
#endif
static long *object;
#ifdef NEW
static long other_side;
#endif
static long n;

static NOINLINE void fill(long **ret, long *value)
{
	*ret = value;
	tick();
}

static void (*volatile fill_it)(long **ret, long *value) = fill;

static NOINLINE void round_trip(void)
{
	fill_it(&object, &n);
#ifdef NEW
	one_side++;
	other_side++;
	printf("new n=%ld %ld %ld\n", *object, one_side, other_side);
#else
	printf("old n=%ld\n", *object);
#endif
	n++;
}

int main(void)
{
	begin();
	while (opaque(1))
		round_trip();
	return 0;
}

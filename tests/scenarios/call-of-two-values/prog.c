/*
 * A loop gives a total to a function; the new version gives it the number of rounds as well, before
 * that. The compiler pairs the old call with the first of the two, but it is the second: going on
 * behind the first one, the total would be given twice.
 *
 * before: old total \d+
 * after: new total \d+
 * expect: either
 * sequence: (?:old|new) total (\d+)
 */
#include "support.h"

#ifdef NEW
#define VERSION "new"
#else
#define VERSION "old"
#endif

static volatile long step = 1;

NOINLINE static long next(void)
{
	tick();
	return step;
}

NOINLINE static void put(long number)
{
	tick();
	if (number < 1000000)
		printf(VERSION " total %ld\n", number);
	tick();
}

NOINLINE static void run(long limit)
{
	long total = 0;
#ifdef NEW
	long rounds = 1000000;
#endif

	while (total < limit) {
		total += next();
#ifdef NEW
		rounds++;
		put(rounds);
#endif
		put(total);
	}
}

int main(void)
{
	begin();
	run(100000);
}

/*
 * A global structure gains a member, and a function has a pointer to one: there may be others, on the
 * heap, so this must be refused.
 *
 * before: old hits=\d+
 * sequence: hits=(\d+)
 * expect: refuse
 * reason: the layout of 'struct statistics' 
 */
#include "support.h"

struct statistics {
	long hits;
#ifdef NEW
	long misses;
#endif
};

struct statistics statistics;

NOINLINE static void step(struct statistics *of)
{
#ifdef NEW
	printf("BAD new hits=%ld misses=%ld\n", of->hits++, of->misses++);
#else
	printf("old hits=%ld\n", of->hits++);
#endif
}

int main(void)
{
	begin();
	for (;;) {
		step(&statistics);
		tick();
	}
}

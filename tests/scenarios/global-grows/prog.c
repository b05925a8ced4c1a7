/*
 * A global structure gains a member, and a function has a pointer to one. Nothing in the program gets
 * memory where there might be others.
 *
 * before: old hits=\d+
 * after: new hits=\d+ misses=\d+
 * sequence: hits=(\d+)
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
	printf("new hits=%ld misses=%ld\n", of->hits++, of->misses++);
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

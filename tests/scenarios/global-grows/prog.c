/*
 * A global structure gains a member: this must be refused.
 *
 * before: old hits=\d+
 * sequence: hits=(\d+)
 * expect: refuse
 * reason: layout|type|struct|size
 */
#include "support.h"

struct statistics {
	long hits;
#ifdef NEW
	long misses;
#endif
};

struct statistics statistics;

NOINLINE static void step(void)
{
#ifdef NEW
	printf("BAD new hits=%ld misses=%ld\n", statistics.hits++, statistics.misses++);
#else
	printf("old hits=%ld\n", statistics.hits++);
#endif
}

int main(void)
{
	begin();
	for (;;) {
		step();
		tick();
	}
}

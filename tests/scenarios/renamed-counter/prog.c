/*
 * A counter gets another name, and the old code does not hold it: the compiler has unrolled the
 * loop. It is no new variable that would start anew.
 *
 * before: old rounds=4 n=\d+
 * after: new rounds=4 n=\d+
 * sequence: \bn=(\d+)
 * expect: either
 */
#include "support.h"

static volatile int never;
static long rounds;

NOINLINE static void turn(void)
{
	rounds++;
	tick();
}

/* As a compiler unrolls a loop: all in one line. */
#define TURN                                                                                       \
	turn();                                                                                    \
	if (!++counter)                                                                            \
		return;
#define FIVE(what) what what what what what

NOINLINE static void work(void)
{
#ifdef NEW
	for (unsigned int left = 4294967292u;;) {
		turn();
		do {
			++left;
		} while (never);
		if (!left)
			break;
	}
#else
	unsigned int counter = 4294967292u;

	FIVE(TURN)
#endif
}

int main(void)
{
	begin();
	for (int n = 0;; n++) {
		rounds = 0;
		work();
		if (rounds != 4)
			printf("BAD rounds=%ld\n", rounds);
#ifdef NEW
		printf("new rounds=%ld n=%d\n", rounds, n);
#else
		printf("old rounds=%ld n=%d\n", rounds, n);
#endif
	}
}

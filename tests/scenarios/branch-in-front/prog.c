/*
 * The new version puts a branch in front of steps that all wait in the same call, and the first
 * step ends with a branch, too: the new branch is not that one, or the last wait would be taken
 * for the first and the steps be done twice.
 *
 * before: old 1 2 3 n=\d+
 * after: new 1 2 3 n=\d+
 * sequence: \bn=(\d+)
 */
#include "support.h"

static volatile int never;
static int wanted = 1, seen, left, second, third;

NOINLINE static void wait(void)
{
	tick();
	tick();
}

NOINLINE static int find(void)
{
	return (int)opaque(++second);
}

NOINLINE static int look(void)
{
	return (int)opaque(++third);
}

NOINLINE static int steps(unsigned char kind)
{
	volatile int found;
#ifdef NEW
	if (never)
		__builtin_trap();
#endif
	left--;
	wait();
	if (wanted)
		seen |= kind < 2;
	found = find();
	wait();
	wanted ^= 2;
	found = look();
	wait();
	return kind && found >= third ? wanted : 0;
}

NOINLINE static void say(long n)
{
#ifdef NEW
	const char *version = "new";
#else
	const char *version = "old";
#endif
	printf("%s %ld %ld %ld n=%ld\n", version, -left - n, second - n + 1, third - n + 2, n);
}

int main(void)
{
	begin();
	for (long n = 0;; n++) {
		if (!steps((unsigned char)opaque(1)))
			return 1;
		say(n);
	}
}

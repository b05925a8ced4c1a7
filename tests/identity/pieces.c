/* clang makes a variable of each element of `counts` that is written, and numbers them. */
#include <stdio.h>
#include <time.h>

#ifdef NEW
#define VERSION "new"
#else
#define VERSION "old"
#endif

__attribute__((noinline)) static long count(int kind)
{
	static int counts[6];

	switch (kind) {
	case 0:
		return ++counts[0];
#if defined(NEW) && defined(ADDED)
	case 2:
		return counts[2] += 100;
#endif
	case 4:
#if !defined(NEW) || !defined(LOST)
		counts[4] += 7;
#endif
		return counts[4];
	case 5:
		return counts[5] += 3;
	default:
		return -1;
	}
}

__attribute__((noinline)) static void report(long a, long b, long c)
{
	printf(VERSION " %ld %ld\n", b - 7 * a, c - 3 * a);
}

int main(void)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	for (int i = 1; i < 12000; i++) {
		struct timespec span = { 0, 10000000 };
		volatile int kind = 0;

		nanosleep(&span, NULL);
		long a = count(kind);
#if defined(NEW) && defined(ADDED)
		kind = 2;
		count(kind);
#endif
		kind = 4;
		long b = count(kind);
		kind = 5;
		long c = count(kind);
		report(a, b, c);
	}
}

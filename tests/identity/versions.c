/* A library with two versions of one function. */
#include <time.h>

#ifdef NEW
#define MORE 1
#else
#define MORE 0
#endif

__attribute__((noinline)) int rate_1(int x)
{
	return x + 1000 + MORE * 100000;
}

__attribute__((noinline)) int rate_2(int x)
{
	return x + 2000 + MORE * 200000;
}

__asm__(".symver rate_1, rate@VER_1");
__asm__(".symver rate_2, rate@@VER_2");

int rate_wait(int x)
{
	struct timespec span = { 0, 10000000 };

	nanosleep(&span, NULL);
	return rate_1(x) + rate_2(x);
}

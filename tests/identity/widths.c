#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#ifdef NEW
#define VERSION "new"
#else
#define VERSION "old"
#endif

long step_8(long), step_16(long);

__attribute__((noinline)) static void report(long a, long b)
{
	printf(VERSION " 8 %ld 16 %ld\n", a, b);
}

int main(int argc, char **argv)
{
	(void)argv;
	setvbuf(stdout, NULL, _IOLBF, 0);
	for (long i = 1; i < 12000; i++) {
		struct timespec span = { 0, 10000000 };

		nanosleep(&span, NULL);
		long a = step_8(argc), b = step_16(argc);
		if (a != 8000 + 8 * i || b != 16000 + 16 * i) {
			printf("BAD %ld %ld in round %ld\n", a, b, i);
			abort();
		}
		report(a, b);
	}
}

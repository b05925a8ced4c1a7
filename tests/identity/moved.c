/* The static variable `count` is this unit's in OLD, and the other one's in NEW. */
#include <stdio.h>
#include <time.h>

long other(void);

#ifndef NEW
static volatile long count;
#endif

__attribute__((noinline)) static void report(void)
{
#ifdef NEW
	printf("new first 0 second %ld\n", other());
#else
	printf("old first %ld second %ld\n", ++count, other());
#endif
}

int main(void)
{
	struct timespec span = { 0, 10000000 };

	setvbuf(stdout, NULL, _IOLBF, 0);
	for (int i = 0; i < 12000; i++) {
		report();
		nanosleep(&span, NULL);
	}
}

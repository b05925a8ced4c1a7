/*
 * The unchanged part of every scenario program.
 */
#include "support.h"

#include <errno.h>
#include <time.h>
#include <unistd.h>

void begin(void)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	alarm(120);
}

void tick(void)
{
	struct timespec left = { .tv_nsec = 10 * 1000 * 1000 };

	while (nanosleep(&left, &left) != 0 && errno == EINTR)
		;
}

long opaque(long value)
{
	__asm__ volatile("" : "+r"(value));
	return value;
}

/*
 * A thread is in an endless loop that writes to memory in another order than that of the new
 * version; the specification says at which line it goes on.
 *
 * spec: update.spec
 * before: old
 * after: new
 */
#include <pthread.h>
#include <stdatomic.h>

#include "support.h"

unsigned long first, second;
const char *volatile version = "none";

NOINLINE void spin(void)
{
#ifdef NEW
	version = "new";
	for (;;) {
		*(volatile unsigned long *)&second += 2;
		*(volatile unsigned long *)&first += 1;
		version = "new";
	}
#else
	for (;;) {
		*(volatile unsigned long *)&first += 1;
		version = "old";
		*(volatile unsigned long *)&second += 2;
	}
#endif
}

static void *run(void *ignored)
{
	spin();
	return ignored;
}

int main(void)
{
	pthread_t thread;

	begin();
	pthread_create(&thread, NULL, run, NULL);
	for (;;) {
		tick();
		puts(version);
	}
}

/*
 * A frame object that moves while the function is active, because the new frame is larger.  Who
 * holds its address is up to the scenario: give() gets it, and count() adds one to `n` through it.
 */
#ifndef MOVING_H
#define MOVING_H

#include "support.h"

struct record {
	long n, more[20];
};

NOINLINE static void give(struct record *record);
NOINLINE static void count(void);

#ifdef NEW
NOINLINE static void format(char *buffer, long n)
{
	sprintf(buffer, "step-%ld", n);
}
#endif

int main(void)
{
#ifdef NEW
	char text[600];
#endif
	struct record record = { 0 };

	begin();
	give(&record);
	for (;;) {
		count();
		tick();
#ifdef NEW
		format(text, record.n);
		printf("new n=%ld text=%s\n", record.n, text);
#else
		printf("old n=%ld\n", record.n);
#endif
	}
}

#endif

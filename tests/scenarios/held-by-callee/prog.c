/*
 * A frame object moves while a function that does not return has its address, in a register or on
 * the stack, and stores it now and then.
 *
 * before: old n=\d+
 * expect: refuse
 * reason: 'record' of main, .* moves in the frame, and its address is held
 */
#include "moving.h"

static struct record *volatile keeper;

NOINLINE static void serve(struct record *record)
{
	for (;;) {
		for (int i = 0; i < 3; i++)
			tick();
		keeper = record;
		keeper->n++;
		printf("old n=%ld\n", record->n);
		keeper = NULL;
	}
}

static void (*volatile indirect)(struct record *) = serve;

NOINLINE static void give(struct record *record)
{
	indirect(record);
}

NOINLINE static void count(void)
{
}

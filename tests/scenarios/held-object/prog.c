/*
 * A frame object moves, because the frame grows, and its address is on the heap: whoever writes
 * through that pointer would write elsewhere.
 *
 * before: old n=\d+
 * expect: refuse
 * reason: 'record' of main, .* its address is held in memory at 0x
 */
#include "moving.h"

static struct record **volatile keeper;

NOINLINE static void give(struct record *record)
{
	keeper = malloc(64);
	keeper[3] = record;
}

NOINLINE static void count(void)
{
	keeper[3]->n++;
}

/*
 * A function without effects, of which a compiler may keep the result; it changes.
 */
#ifndef SCENARIO_WEIGH_H
#define SCENARIO_WEIGH_H

#include "support.h"

#ifdef NEW
#define FACTOR 5
#else
#define FACTOR 3
#endif

NOINLINE static int weigh(int x)
{
	return (x * FACTOR) ^ (x >> 2);
}

#endif

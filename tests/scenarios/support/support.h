/*
 * What every scenario program needs: an unchanged unit that both versions link.
 */
#ifndef SCENARIO_SUPPORT_H
#define SCENARIO_SUPPORT_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NOINLINE __attribute__((noinline))

/* Line-buffered output, and an end by itself after two minutes. Call it first in main(). */
void begin(void);
/* One tick: sleeps 10 ms. */
void tick(void);
/* Hands `value` back; the compiler cannot know what it is. */
long opaque(long value);

#endif

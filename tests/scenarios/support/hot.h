/*
 * For programs that have a thread compute without making a call while another one reports: `turns`
 * grows while it computes, `version` says which code it runs.
 */
#ifndef SCENARIO_HOT_H
#define SCENARIO_HOT_H

#include "support.h"

static volatile unsigned long turns;
static volatile int version;

#ifdef NEW
#define VERSION 2
#else
#define VERSION 1
#endif

/* Reports for ever. On a loaded machine the computation may have to wait for a processor. */
static void *report(void *arg)
{
	for (int n = 0;; n++) {
		unsigned long before = turns;

		for (int i = 0; i < 5 || (i < 500 && turns == before); i++)
			tick();
		if (turns == before)
			printf("BAD the computation stands still\n");
		printf("%s n=%d\n", version == 2 ? "new" : "old", n);
	}
	return arg;
}

#endif

/*
 * A variable is removed; others around it move in the new build but stay where they are.
 *
 * before: old kept=\d+ gone=\d+
 * after: new kept=\d+
 * sequence: kept=(\d+)
 */
#include "support.h"

int first = 1;
#ifndef NEW
long gone[10] = { 7 };
#endif
int kept = 2;

NOINLINE static void step(void)
{
	kept += first;
#ifdef NEW
	printf("new kept=%d\n", kept);
#else
	printf("old kept=%d gone=%ld\n", kept, gone[0]++);
#endif
}

int main(void)
{
	begin();
	for (;;) {
		step();
		tick();
	}
}

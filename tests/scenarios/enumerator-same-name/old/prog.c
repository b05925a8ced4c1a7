/*
 * Two units have an enumerator of one name; in one of them, in a function, its number changes.
 *
 * before: old waiting n=\d+
 * expect: refuse
 * reason: enumerator 'DONE' .* was 2 and is 3
 */
#include "support.h"

enum { STARTING, WAITING, DONE };

int is_waiting(void);

int main(void)
{
	volatile int state = WAITING;

	begin();
	for (int n = 0;; n++) {
		if (state == WAITING && is_waiting())
			printf("old waiting n=%d\n", n);
		tick();
	}
}

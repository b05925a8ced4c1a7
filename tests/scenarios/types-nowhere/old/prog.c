/*
 * One unit has no debug information, and the structure that it alone knows changes.
 *
 * before: old id=1 n=\d+
 * expect: refuse
 * reason: function 'step' .* it has no debug information: compile it with -g
 * debuginfo: none other.c
 */
#include "support.h"

void step(int n);

int main(void)
{
	begin();
	for (int n = 0;; n++) {
		step(n);
		tick();
	}
}

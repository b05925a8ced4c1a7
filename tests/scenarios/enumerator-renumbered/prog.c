/*
 * A state is put in the middle of an enumeration, so that the numbers which running data holds
 * would stand for other states.
 *
 * before: waiting n=\d+
 * expect: refuse
 * reason: enumerator 'DONE' .* was 2 and is 3
 */
#include "support.h"

enum state {
	STARTING,
#ifdef NEW
	HALTED,
#endif
	WAITING,
	DONE
};

static volatile enum state state;

NOINLINE static void step(int n)
{
	if (state == WAITING)
		printf("waiting n=%d\n", n);
	if (state == DONE)
		printf("BAD done\n");
#ifdef NEW
	if (state == HALTED)
		printf("BAD halted\n");
#endif
}

int main(void)
{
	begin();
	state = opaque(WAITING);
	for (int n = 0;; n++) {
		step(n);
		tick();
	}
}

#include "support.h"

static int state;

int is_waiting(void)
{
	enum { STARTING, WAITING, DONE };

	if (state == STARTING)
		state = opaque(WAITING);
	if (state != WAITING)
		printf("BAD state\n");
	return state == WAITING;
}

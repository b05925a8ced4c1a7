/*
 * A switch with a jump table inside a loop that never returns; new cases are added.
 *
 * before: step=8 old n=\d+
 * after: step=9 new n=\d+
 * sequence: \bn=(\d+)
 */
#include "support.h"

static volatile int sink;

int main(void)
{
	int n = 0;

	begin();
	for (unsigned state = 0;; state++) {
		switch (state) {
		case 0:
			tick();
			sink = 3;
			break;
		case 1:
			sink += 2;
			opaque(1);
			break;
		case 2:
			tick();
			sink ^= 2;
			break;
		case 3:
			opaque(2);
			sink *= 2;
			break;
		case 4:
			sink = (int)opaque(sink);
			break;
		case 5:
			sink -= (int)opaque(1);
			break;
		case 6:
			tick();
			sink--;
			break;
		case 7:
			sink = 0;
			opaque(sink);
			break;
#ifdef NEW
		case 8:
			tick();
			sink = 17;
			break;
		case 9:
			printf("step=%u new n=%d\n", state, n++);
			state = -1u;
			break;
#else
		case 8:
			printf("step=%u old n=%d\n", state, n++);
			state = -1u;
			break;
#endif
		default:
			printf("BAD state=%u\n", state);
			state = -1u;
		}
	}
}

/*
 * A ring in the frame of a loop gets more elements: where it begins again is elsewhere then, and what
 * stands behind that place for the old version does not for the new one.
 *
 * before: old \d+
 * expect: refuse
 * reason: 'ring' changed its layout
 */
#include "support.h"

#ifdef NEW
#define SIZE 48
#define NAME "new"
#else
#define SIZE 32
#define NAME "old"
#endif

int main(void)
{
	int ring[SIZE], head = 0, tail = 0;

	begin();
	for (int n = 0;; n++) {
		tick();
		ring[head] = (int)opaque(n);
		if (++head == SIZE)
			head = 0;
		if (n < 20)
			continue;
		if (ring[tail] != n - 20)
			printf("BAD %d, not %d\n", ring[tail], n - 20);
		printf(NAME " %d\n", ring[tail]);
		if (++tail == SIZE)
			tail = 0;
	}
}

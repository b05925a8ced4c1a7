/*
 * Structures and unions by value are live in an active changed function.
 *
 * before: old point=\d+,\d+ bits=\d+ n=\d+
 * after: new point=\d+,\d+ bits=\d+ n=\d+
 * sequence: \bn=(\d+)
 */
#include "support.h"

struct point {
	long x, y;
};

union number {
	float real;
	unsigned bits;
};

NOINLINE static struct point moved(struct point p, int by)
{
	tick();
	return (struct point){ p.x + by, p.y + by };
}

int main(void)
{
	struct point p = { 1, 2 };
	union number u = { .real = 1.0f };

	begin();
	for (int n = 0;; n++) {
		p = moved(p, 1);
		u.real += 1.0f;
		if (p.y != p.x + 1 || u.real != n + 2.0f)
			printf("BAD point=%ld,%ld\n", p.x, p.y);
#ifdef NEW
		printf("new point=%ld,%ld bits=%u n=%d\n", p.x, p.y, u.bits, n);
#else
		printf("old point=%ld,%ld bits=%u n=%d\n", p.x, p.y, u.bits, n);
#endif
	}
}

/*
 * Labels are taken from a constant table: the new body has its own.
 *
 * before: 5
 * after: 5000
 */
#include "support.h"

#ifdef NEW
#define STEP 1000
#else
#define STEP 1
#endif

NOINLINE static long run(const unsigned char *code)
{
	static const void *const table[] = { &&inc, &&twice, &&end };
	long x = 0;

	goto *table[*code++];
inc:
	x += STEP;
	goto *table[*code++];
twice:
	x *= 2;
	goto *table[*code++];
end:
	return x;
}

int main(void)
{
	static const unsigned char program[] = { 0, 0, 1, 0, 2 };

	begin();
	for (;;) {
		printf("%ld\n", run(program + opaque(0)));
		tick();
	}
}

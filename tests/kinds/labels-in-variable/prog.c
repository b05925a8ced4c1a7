/*
 * The table of labels is a variable, which the process keeps.
 *
 * before: 5
 * expect: refuse
 * reason: holds an address inside of it|kept in memory
 */
#include "support.h"

#ifdef NEW
#define STEP 1000
#else
#define STEP 1
#endif

NOINLINE static long run(const unsigned char *code)
{
	static const void *table[] = { &&inc, &&twice, &&end, &&end };
	if (!code)
		table[3] = table[0];
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

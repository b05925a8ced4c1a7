/*
 * A program was translated to labels, which are on the heap (direct threading).
 *
 * before: 5
 * expect: refuse
 * reason: kept in memory
 */
#include "support.h"

#ifdef NEW
#define STEP 1000
#else
#define STEP 1
#endif

NOINLINE static long run(void **code, const unsigned char *source, int count)
{
	static void *const table[] = { &&inc, &&twice, &&end };
	long x = 0;

	for (int i = 0; i < count; i++)
		code[i] = table[source[i]];
	if (count)
		return 0;
	goto **code++;
inc:
	x += STEP;
	goto **code++;
twice:
	x *= 2;
	goto **code++;
end:
	return x;
}

int main(void)
{
	static const unsigned char program[] = { 0, 0, 1, 0, 2 };
	void **code = calloc(8, sizeof(*code));

	begin();
	run(code, program, (int)opaque(5));
	for (;;) {
		printf("%ld\n", run(code, NULL, (int)opaque(0)));
		tick();
	}
}

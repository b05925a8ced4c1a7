/*
 * The address of a jump table stays in a register while the function waits; both versions of the
 * function are one code, so their tables are equal, but each must use its own, also where the table
 * begins at the end of an array.
 *
 * before: old [a-f] \d+
 * after: new [a-f] \d+
 * sequence: (?:old|new) [a-f] (\d+)
 * cflags: -fno-toplevel-reorder
 * compilers: gcc
 */
#include "support.h"

#ifdef NEW
#define VERSION "new"
#else
#define VERSION "old"
#endif

static volatile int kind;
static const int kinds[6] = { 0, 1, 2, 3, 4, 5 };

NOINLINE static void say(const char *text, long n)
{
	printf("%s %ld\n", text, n);
}

NOINLINE static void next(long n)
{
	tick();
	kind = kinds[n % 6];
}

NOINLINE static void serve(void)
{
	long n = 0;

	for (;;) {
		next(n);
		switch (kind) {
		case 0:
			say(VERSION " a", n);
			break;
		case 1:
			say(VERSION " b", n++ + 0);
			continue;
		case 2:
			say(VERSION " c", n);
			kind = 7;
			break;
		case 3:
			tick();
			say(VERSION " d", n);
			break;
		case 4:
			say(VERSION " e", n);
			tick();
			break;
		case 5:
			tick();
			tick();
			say(VERSION " f", n);
			break;
		}
		n++;
	}
}

int main(void)
{
	begin();
	serve();
}

/*
 * The loop chooses in each round; the compiler has made a loop for each choice.
 *
 * before: one
 * expect: refuse
 * reason: was computed once where
 */
#include "support.h"

NOINLINE static int mode(int x)
{
#ifdef NEW
	return x * x == 1 ? 2 : 3;
#else
	return x * x == 1 ? 1 : 4;
#endif
}

NOINLINE static void show(int x)
{
	do {
		switch (mode(x)) {
		case 1:
			puts("one");
			break;
		case 2:
			puts("two");
			break;
		default:
			puts("other");
		}
		tick();
	} while (mode(x) != 9);
}

int main(void)
{
	begin();
	show((int)opaque(1));
}

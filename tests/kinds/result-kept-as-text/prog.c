/*
 * The result chooses a text, and only that is kept.
 *
 * before: low
 * expect: refuse
 * reason: was computed once where
 */
#include "support.h"

NOINLINE static int level(int x)
{
#ifdef NEW
	return x * 100 + 7;
#else
	return x * 3 + 7;
#endif
}

NOINLINE static void show(int x)
{
	for (;;) {
		const char *text = level(x) > 50 ? "high" : "low";

		puts(text);
		tick();
	}
}

int main(void)
{
	begin();
	show((int)opaque(1));
}

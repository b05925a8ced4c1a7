/*
 * Tables of texts, of which clang makes tables of distances from their own start.
 *
 * before: old Cu copper silver
 * before: old Au gold iron
 * after: new Cu copper argentum
 * after: new Ag argentum gold, the noblest of them all
 */
#include "support.h"

NOINLINE static const char *symbol(unsigned n)
{
	static const char *const symbols[] = { "Fe", "Cu", "Ag", "Au" };

	return symbols[n & 3];
}

NOINLINE static const char *name(unsigned n)
{
#ifdef NEW
	static const char *const names[] = { "iron", "copper", "argentum",
					     "gold, the noblest of them all" };
#else
	static const char *const names[] = { "iron", "copper", "silver", "gold" };
#endif
	return names[n & 3];
}

NOINLINE static void step(unsigned n)
{
#ifdef NEW
	printf("new %s %s %s\n", symbol(n), name(n), name(n + 1));
#else
	printf("old %s %s %s\n", symbol(n), name(n), name(n + 1));
#endif
}

int main(void)
{
	begin();
	for (unsigned n = 0;; n++) {
		step(n);
		tick();
	}
}

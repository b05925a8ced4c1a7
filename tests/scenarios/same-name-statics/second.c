#include "support.h"

int second(void);

static int base = 100;

NOINLINE static int step(void)
{
#ifdef NEW
	return (int)opaque(base) + 1;
#else
	return (int)opaque(base);
#endif
}

int second(void)
{
	return step();
}

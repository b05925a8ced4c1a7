/*
 * A record that is kept as `void *` is read as another one.
 *
 * before: 12
 * expect: refuse
 * reason: 'item' of function 'get' .* was 'struct item \*' and is 'struct thing \*'
 */
#include "support.h"

#ifdef NEW
struct thing {
	short a, b;
	long x, y, z;
};
#define ITEM struct thing
#define STEP 1000
#else
struct item {
	int a, b, p, q;
};
#define ITEM struct item
#define STEP 0
#endif

static void *kept;

NOINLINE static int get(void *from)
{
	ITEM *item = from;

	return item->a * 10 + item->b + STEP;
}

int main(void)
{
	begin();
	kept = calloc(1, sizeof(ITEM));
	((ITEM *)kept)->a = 1;
	((ITEM *)kept)->b = 2;
	for (;;) {
		printf("%d\n", get(kept));
		tick();
	}
}

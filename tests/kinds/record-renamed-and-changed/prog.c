/*
 * A record that is kept as `void *` got a member, and another name.
 *
 * before: 12
 * expect: refuse
 * reason: the layout of 'struct item' .* changed: it is 'struct thing' now
 */
#include "support.h"

#ifdef NEW
struct thing {
	int more, a, b;
};
#define ITEM struct thing
#define STEP 1000
#else
struct item {
	int a, b;
};
#define ITEM struct item
#define STEP 0
#endif

static void *kept;

NOINLINE static int get(void *from)
{
	return ((ITEM *)from)->a * 10 + ((ITEM *)from)->b + STEP;
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

/*
 * A record got another name, and nothing else.
 *
 * before: 12
 * after: 1012
 */
#include "support.h"

#ifdef NEW
struct thing {
	int a, b;
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

/*
 * The types are in a .dwp file, which is not read.
 *
 * before: 12
 * expect: refuse
 * reason: they are in .*\.dwp., and packages are not read
 * debuginfo: split-package
 */
#include "support.h"

#ifdef NEW
struct item {
	int a, b;
};
#define ITEM struct item
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

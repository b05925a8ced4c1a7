/*
 * A typedef becomes wider; the heap holds a table of such numbers that only a cast leads to.
 *
 * before: old third=3 n=\d+
 * expect: refuse
 * reason: layout of 'count_t' .* it was 'int' and is 'long
 */
#include "support.h"

#ifdef NEW
typedef long count_t;
#else
typedef int count_t;
#endif

static void *kept;

NOINLINE static void step(int n)
{
	long third = ((count_t *)kept)[2];

#ifdef NEW
	if (third != 3)
		printf("BAD third\n");
#endif
	printf("old third=%ld n=%d\n", third, n);
}

int main(void)
{
	begin();
	kept = calloc(8, sizeof(count_t));
	((count_t *)kept)[2] = 3;
	for (int n = 0;; n++) {
		step(n);
		tick();
	}
}

/*
 * A function waits at a call that never returns, with the code of another path behind it.
 *
 * before: old \d+
 * after: new \d+
 * sequence: (\d+)$
 */
#include "support.h"

static volatile int is_child = 1;
static volatile int starts;

NOINLINE static void serve(int n)
{
	for (;;) {
		tick();
#ifdef NEW
		printf("new %d\n", n++);
#else
		printf("old %d\n", n++);
#endif
	}
}

NOINLINE static void start(void)
{
	if (is_child) {
		starts++;
		serve(0);
	}
#ifdef NEW
	starts += 3;
#else
	starts += 2;
#endif
	serve(starts);
}

int main(void)
{
	begin();
	start();
	return 0;
}

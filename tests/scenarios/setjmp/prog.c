/*
 * setjmp() was called before the update, longjmp() comes after it, in a changed function.
 *
 * before: old jumps=\d+
 * after: new jumps=\d+
 * sequence: jumps=(\d+)
 * expect: either
 */
#include "support.h"

#include <setjmp.h>

static jmp_buf back;
static int jumps;

NOINLINE static void leave(void)
{
	tick();
	longjmp(back, 1);
}

NOINLINE static void loop(void)
{
	setjmp(back);
	jumps++;
#ifdef NEW
	printf("new jumps=%d\n", jumps);
#else
	printf("old jumps=%d\n", jumps);
#endif
	leave();
}

int main(void)
{
	begin();
	loop();
}

/*
 * A loop has the address in a register, which the new code makes anew: that is no holder.
 *
 * before: run
 * after: end
 */
#include <unistd.h>

#include "support.h"

#ifdef NEW
static const char *const names[] = { "idle", "run", "end" };
#define STATE 2
#else
static const char *const names[] = { "idle", "run" };
#define STATE 1
#endif

/* Leaves nothing of what calls have saved below. */
NOINLINE static void clear_stack(void)
{
	char bytes[16384];

	memset(bytes, 0, sizeof(bytes));
	__asm__ volatile("" : : "r"(bytes) : "memory");
}

int main(void)
{
	begin();
	for (;;) {
		puts(names[opaque(STATE)]);
		clear_stack();
		usleep(20000);
	}
}

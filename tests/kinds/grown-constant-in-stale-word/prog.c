/*
 * A loop has the address in a register. Calls have left it further down on the stack, where the frame of
 * one that waits lies over it: nobody can tell whether that one reads it. Once it has returned, nobody
 * does.
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

/* Leaves registers that callers want to be kept all over the stack below. */
NOINLINE static void scatter(void)
{
	long words[516];

	for (int i = 0; i < 516; i += 6)
		__asm__ volatile("mov %%rbx, (%0)\n"
				 "mov %%rbp, 8(%0)\n"
				 "mov %%r12, 16(%0)\n"
				 "mov %%r13, 24(%0)\n"
				 "mov %%r14, 32(%0)\n"
				 "mov %%r15, 40(%0)"
				 :
				 : "r"(&words[i])
				 : "memory");
}

int main(void)
{
	begin();
	for (;;) {
		puts(names[opaque(STATE)]);
		scatter();
		usleep(50000);
	}
}

/*
 * Coroutines (ucontext) are suspended in a changed function where it has no checkpoint: the new
 * version needs a value there that the old one never computed.  No thread is on their stacks.
 *
 * before: c0 old n=\d+
 * before: c2 old n=\d+
 * expect: refuse
 * reason: suspended
 */
#include "support.h"

#include <ucontext.h>

static ucontext_t scheduler, coroutines[3];

NOINLINE static void yield(int id)
{
	swapcontext(&coroutines[id], &scheduler);
}

static void body(int id)
{
	for (long n = 0;; n++) {
#ifdef NEW
		long extra = opaque(n + id);

		yield(id);
		if (extra != n + id)
			puts("BAD extra");
		printf("c%d new n=%ld\n", id, n);
#else
		yield(id);
		printf("c%d old n=%ld\n", id, n);
#endif
	}
}

int main(void)
{
	begin();
	for (int i = 0; i < 3; i++) {
		getcontext(&coroutines[i]);
		coroutines[i].uc_stack.ss_sp = malloc(256 * 1024);
		coroutines[i].uc_stack.ss_size = 256 * 1024;
		makecontext(&coroutines[i], (void (*)(void))body, 1, i);
	}
	for (int i = 0;; i = (i + 1) % 3) {
		swapcontext(&scheduler, &coroutines[i]);
		tick();
	}
}

/*
 * Coroutines (ucontext) are suspended inside a changed function, on stacks that no thread runs on
 * while the update is made.
 *
 * before: c0 old n=\d+
 * before: c2 old n=\d+
 * after: c0 new n=\d+
 * after: c2 new n=\d+
 * sequence: (c\d) \w+ n=(\d+)
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
	for (int n = 0;; n++) {
#ifdef NEW
		printf("c%d new n=%d\n", id, n);
#else
		printf("c%d old n=%d\n", id, n);
#endif
		yield(id);
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

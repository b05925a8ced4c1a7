/*
 * Coroutines are suspended at checkpoints, and another changed function, which is not active, has a
 * call without one: memory is searched, and the update made.
 *
 * before: c0 old n=\d+
 * before: c1 old n=\d+
 * after: c0 new n=\d+
 * after: c1 new n=\d+
 * sequence: (c\d) \w+ n=(\d+)
 */
#include "support.h"

#include <ucontext.h>

static ucontext_t scheduler, coroutines[2];

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

NOINLINE static void create(int id)
{
	getcontext(&coroutines[id]);
	coroutines[id].uc_stack.ss_sp = malloc(256 * 1024);
	coroutines[id].uc_stack.ss_size = 256 * 1024;
	makecontext(&coroutines[id], (void (*)(void))body, 1, id);
}

NOINLINE static void prepare(int id)
{
#ifdef NEW
	long extra = opaque(id);

	tick();
	if (extra != id)
		puts("BAD extra");
#else
	tick();
#endif
	create(id);
}

int main(void)
{
	begin();
	prepare(0);
	prepare(1);
	for (int i = 0;; i = !i) {
		swapcontext(&scheduler, &coroutines[i]);
		tick();
	}
}

/*
 * A coroutine that was suspended in version 1 sleeps through the updates up to version 4 and back
 * to 3, and only then goes on; another one runs all the time.
 *
 * versions: 5
 * steps: 2 3 4 revert 4 5 revert revert revert revert
 * lines: main v{V} n=\d+
 * lines: often v{V} k=\d+
 * v4: seldom v4 count=\d+ ok
 * compilers: gcc
 * sequence: main v\d n=(\d+)
 * sequence: often v\d k=(\d+)
 */
#include "support.h"

#include <ucontext.h>

static ucontext_t scheduler, often, seldom;
static int n;

NOINLINE static void yield(ucontext_t *from)
{
	swapcontext(from, &scheduler);
}

static void run_often(void)
{
	int k = 0;
#if VERSION >= 2
	long twice = 0;
#endif

	for (;;) {
#if VERSION >= 2
		twice += 2;
		if (twice & 1)
			printf("BAD twice\n");
#endif
		printf("often v%d k=%d\n", VERSION, k++);
		yield(&often);
	}
}

static void run_seldom(void)
{
	int count = 0, mark = (int)opaque(77);
#if VERSION == 3
	long third = 3;
#endif

	for (;;) {
		yield(&seldom);
		count += opaque(1) == 1;
		if (opaque(count) != count || count < 1)
			printf("BAD count\n");
#if VERSION == 3
		third *= 3;
		if (!opaque(third))
			printf("BAD third\n");
#endif
#if VERSION >= 4
		printf("seldom v%d count=%d ok\n", VERSION, count);
#endif
		if (mark != 77)
			printf("BAD mark\n");
	}
}

static void start(ucontext_t *context, void (*body)(void))
{
	getcontext(context);
	context->uc_stack.ss_sp = malloc(256 * 1024);
	context->uc_stack.ss_size = 256 * 1024;
	makecontext(context, body, 0);
	swapcontext(&scheduler, context);
}

NOINLINE static int is_due(void)
{
	return opaque(VERSION) >= 4;
}

int main(void)
{
	begin();
	start(&often, run_often);
	start(&seldom, run_seldom);
	for (;; n++) {
		swapcontext(&scheduler, &often);
		if (is_due())
			swapcontext(&scheduler, &seldom);
		printf("main v%d n=%d\n", VERSION, n);
		tick();
	}
}

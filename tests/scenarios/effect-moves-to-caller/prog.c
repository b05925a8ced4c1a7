/*
 * What a function did last, its caller does when it has returned: who waits behind that in the old
 * function would do it twice, and on the way back not at all.  One caller calls it by its name, one
 * through a pointer.  What a kept buffer's size is and what a kept number is compared with is left to
 * the author.
 *
 * before: old reply 226 n=\d+
 * before: old greet 220 n=\d+
 * after: new reply 226 n=\d+
 * after: new greet 220 n=\d+
 * sequence: (reply|greet) \d+ n=(\d+)
 * judge: buffer state
 */
#include "support.h"

#include <pthread.h>
#include <stdlib.h>

#ifdef NEW
#define SIZE 17
#define IDLE 9
#else
#define SIZE 16
#define IDLE 8
#endif

static volatile int state;
static char *volatile buffer;

NOINLINE static void reply(int code, int n)
{
#ifdef NEW
	printf("new reply %d n=%d\n", code, n);
#else
	printf("old reply %d n=%d\n", code, n);
#endif
}

NOINLINE static void transfer(int n)
{
	tick();
#ifndef NEW
	reply(226, n);
#endif
	tick();
	tick();
}

NOINLINE static void handle(int n)
{
	transfer(n);
	tick();
	if (state == IDLE)
		printf("BAD state\n");
#ifdef NEW
	reply(226, n);
#endif
	tick();
}

NOINLINE static void greet(int code, int n)
{
#ifdef NEW
	printf("new greet %d n=%d\n", code, n);
#else
	printf("old greet %d n=%d\n", code, n);
#endif
}

NOINLINE static void connection(int n)
{
	tick();
#ifndef NEW
	greet(220, n);
#endif
	tick();
}

static void (*volatile handler)(int) = connection;

NOINLINE static void dispatch(int n)
{
	handler(n);
	tick();
#ifdef NEW
	greet(220, n);
#endif
	tick();
}

static void *serve(void *arg)
{
	for (int n = 0;; n++)
		dispatch(n);
	return arg;
}

int main(void)
{
	pthread_t thread;

	begin();
	buffer = malloc(SIZE);
	pthread_create(&thread, NULL, serve, NULL);
	for (int n = 0;; n++)
		handle(n);
}

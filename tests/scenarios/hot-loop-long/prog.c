/*
 * A loop without a call whose turn takes thousands of instructions, in a function with many calls
 * after it: there are more checkpoints ahead than a thread can be caught at.
 *
 * before: old n=\d+
 * after: new n=\d+
 * sequence: \bn=(\d+)
 */
#include <pthread.h>

#include "hot.h"

#define ONCE                                                                                       \
	value = value * 6364136223846793005ul + 1442695040888963407ul;                             \
	turns = value;
#define TEN ONCE ONCE ONCE ONCE ONCE ONCE ONCE ONCE ONCE ONCE
#define HUNDRED TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN

static volatile int stop;

static void *compute(void *arg)
{
	unsigned long value = (unsigned long)opaque(1);

	while (!stop) {
		HUNDRED HUNDRED HUNDRED HUNDRED HUNDRED version = VERSION;
	}
	opaque(1);
	opaque(2);
	opaque(3);
	opaque(4);
	opaque(5);
	opaque(6);
	return arg;
}

int main(void)
{
	pthread_t thread;

	begin();
	pthread_create(&thread, NULL, compute, NULL);
	report(NULL);
}

/*
 * A changed function is cancelled that was called through a pointer, by a function with a cleanup.
 *
 * before: old n=\d+
 * expect: refuse
 * reason: cleanups that run when a thread is cancelled
 * cflags: -fexceptions
 */
#include "cancelled.h"

static void changed(long n)
{
	rest();
	printf(VERSION " rested %ld\n", n);
}

static void (*volatile callback)(long) = changed;

NOINLINE static void *work(void *arg)
{
	int item __attribute__((cleanup(clean_up))) = 1;

	set_up++;
	for (long n = 0; item; n++)
		callback(n);
	return arg;
}

int main(void)
{
	begin();
	for (long n = 0;; n++) {
		cancel_one(n);
		printf("old n=%ld\n", n);
	}
}

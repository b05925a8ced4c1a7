/*
 * A changed function is cancelled, without cleanups of its own; its caller has one.
 *
 * before: old n=\d+
 * expect: refuse
 * reason: cleanups that run when a thread is cancelled
 * cflags: -fexceptions
 */
#include "cancelled.h"

NOINLINE static void changed(long n)
{
	rest();
	printf(VERSION " rested %ld\n", n);
}

NOINLINE static void *work(void *arg)
{
	int item __attribute__((cleanup(clean_up))) = 1;

	set_up++;
	for (long n = 0; item; n++)
		changed(n);
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

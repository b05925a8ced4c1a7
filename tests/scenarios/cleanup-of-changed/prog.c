/*
 * A changed function that is cancelled has a cleanup, which the unwinder would not find.
 *
 * before: old n=\d+
 * expect: refuse
 * reason: cleanups that run when a thread is cancelled
 * cflags: -fexceptions
 */
#include "cancelled.h"

NOINLINE static void *work(void *arg)
{
	int item __attribute__((cleanup(clean_up))) = 1;

	set_up++;
	for (;;) {
		rest();
		printf(VERSION " rested %d\n", item);
	}
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

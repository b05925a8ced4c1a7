/*
 * A changed function is cancelled after pthread_cleanup_push(), without -fexceptions: that needs no
 * unwinder, and what was pushed runs before and after the update.
 *
 * before: old n=\d+
 * after: new n=\d+
 * sequence: \bn=(\d+)
 * either: -O0
 */
#include "cancelled.h"

NOINLINE static void *work(void *arg)
{
	pthread_cleanup_push(clean_up, NULL);
	set_up++;
	for (;;) {
		rest();
		printf(VERSION " rested\n");
	}
	pthread_cleanup_pop(1);
	return arg;
}

int main(void)
{
	begin();
	for (long n = 0;; n++) {
		cancel_one(n);
		printf(VERSION " n=%ld\n", n);
	}
}

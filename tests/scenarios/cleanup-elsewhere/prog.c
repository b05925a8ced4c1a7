/*
 * main() is changed, and no function with a cleanup calls it: a thread that is cancelled has its
 * cleanups, before and after the update.
 *
 * before: old n=\d+
 * after: new n=\d+
 * sequence: \bn=(\d+)
 * cflags: -fexceptions
 */
#include "cancelled.h"

NOINLINE static void *work(void *arg)
{
	int item __attribute__((cleanup(clean_up))) = 1;

	for (set_up++; item;)
		rest();
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

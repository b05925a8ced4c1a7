/*
 * The first thread has ended by pthread_exit(); the process lives on in a changed worker.
 *
 * before: old n=\d+
 * after: new n=\d+
 * sequence: \bn=(\d+)
 * expect: either
 * threads: vary
 */
#include "support.h"

#include <pthread.h>

static void *work(void *arg)
{
	for (int n = 0;; n++) {
		tick();
#ifdef NEW
		printf("new n=%d\n", n);
#else
		printf("old n=%d\n", n);
#endif
	}
	return arg;
}

int main(void)
{
	pthread_t thread;

	begin();
	pthread_create(&thread, NULL, work, NULL);
	pthread_exit(NULL);
}

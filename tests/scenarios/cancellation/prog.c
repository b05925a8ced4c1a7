/*
 * A thread that was updated inside a changed function is cancelled; its cleanup handler runs, and
 * unwinding passes the carried-over activation.
 *
 * before: old cancelled n=\d+
 * after: new cancelled n=\d+
 * sequence: \bn=(\d+)
 * expect: either
 * threads: vary
 */
#include "support.h"

#include <pthread.h>
#include <unistd.h>

static volatile int cleaned;

static void cleanup(void *arg)
{
	cleaned = (int)(long)arg;
}

NOINLINE static void wait_long(void)
{
#ifdef NEW
	pthread_cleanup_push(cleanup, (void *)2);
#else
	pthread_cleanup_push(cleanup, (void *)1);
#endif
	for (;;)
		pause();
	pthread_cleanup_pop(0);
}

static void *run(void *arg)
{
	wait_long();
	return arg;
}

int main(void)
{
	begin();
	for (int n = 0;; n++) {
		pthread_t thread;
		void *result;

		cleaned = 0;
		pthread_create(&thread, NULL, run, NULL);
		for (int i = 0; i < 8; i++)
			tick();
		pthread_cancel(thread);
		pthread_join(thread, &result);
		if (result != PTHREAD_CANCELED || !cleaned)
			printf("BAD cleaned=%d\n", cleaned);
		printf("%s cancelled n=%d\n", cleaned == 2 ? "new" : "old", n);
	}
}

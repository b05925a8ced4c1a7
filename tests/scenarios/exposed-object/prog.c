/*
 * The address of a local structure of the active main() is known to another thread, which goes on
 * to write through it after the update.
 *
 * before: old total=\d+ n=\d+
 * after: new total=\d+ n=\d+
 * sequence: \bn=(\d+)
 * expect: either
 */
#include "support.h"

#include <pthread.h>

struct shared {
	volatile long count;
	long padding[6];
};

static void *writer(void *arg)
{
	struct shared *shared = arg;

	for (;;) {
		shared->count++;
		tick();
	}
	return NULL;
}

int main(void)
{
	struct shared shared = { 0 };
	pthread_t thread;
	long last = -1;

	begin();
	pthread_create(&thread, NULL, writer, &shared);
	for (int n = 0;; n++) {
		long now;
#ifdef NEW
		char text[64];

		sprintf(text, "total=%ld", shared.count);
#endif
		for (int i = 0; i < 20; i++)
			tick();
		now = shared.count;
		if (now <= last)
			printf("BAD total stands still at %ld\n", now);
		last = now;
#ifdef NEW
		printf("new %s n=%d\n", text, n);
#else
		printf("old total=%ld n=%d\n", now, n);
#endif
	}
}

/*
 * Threads are born and die all the time in a changed function while a changed main loop runs.
 *
 * before: old born=\d+ n=\d+
 * after: new born=\d+ n=\d+
 * sequence: \bn=(\d+)
 * threads: vary
 */
#include "support.h"

#include <pthread.h>

static int born;

static void *run(void *arg)
{
#ifdef NEW
	__atomic_add_fetch(&born, (int)opaque(1), __ATOMIC_SEQ_CST);
#else
	__atomic_add_fetch(&born, 1, __ATOMIC_SEQ_CST);
#endif
	return arg;
}

int main(void)
{
	begin();
	for (int n = 0;; n++) {
		pthread_t threads[8];

		for (int i = 0; i < 8; i++)
			if (pthread_create(&threads[i], NULL, run, NULL) != 0)
				printf("BAD create\n");
		tick();
		for (int i = 0; i < 8; i++)
			pthread_join(threads[i], NULL);
		if (born != 8 * (n + 1))
			printf("BAD born=%d n=%d\n", born, n);
#ifdef NEW
		printf("new born=%d n=%d\n", born, n);
#else
		printf("old born=%d n=%d\n", born, n);
#endif
	}
}

/*
 * Threads hold locks and are inside the allocator nearly all the time, in changed functions.
 *
 * before: w0 old n=\d+
 * before: w3 old n=\d+
 * after: w0 new n=\d+
 * after: w3 new n=\d+
 * sequence: (w\d) \w+ n=(\d+)
 */
#include "support.h"

#include <pthread.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char *shared;

static void *work(void *arg)
{
	int id = (int)(long)arg;

	for (int n = 0;; n++) {
		for (int i = 0; i < 2000; i++) {
			size_t size = (size_t)(10 + (i * 37 + id) % 3000);
			char *memory = malloc(size);

			memory[0] = (char)id;
			pthread_mutex_lock(&lock);
			free(shared);
			shared = memory;
			pthread_mutex_unlock(&lock);
		}
		tick();
#ifdef NEW
		printf("w%d new n=%d\n", id, n);
#else
		printf("w%d old n=%d\n", id, n);
#endif
	}
	return NULL;
}

int main(void)
{
	pthread_t threads[4];

	begin();
	for (long i = 0; i < 4; i++)
		pthread_create(&threads[i], NULL, work, (void *)i);
	pthread_join(threads[0], NULL);
}

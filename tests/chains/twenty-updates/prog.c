/*
 * Twenty updates in a row of a small threaded server: main waits, two workers serve from a queue
 * of their own in a loop that never ends, and each version changes the loop and the handler.
 *
 * versions: 21
 * lines: w0 v{V} r=\d+ n=\d+
 * lines: w1 v{V} r=\d+ n=\d+
 * sequence: (w\d) v\d+ r=\d+ n=(\d+)
 */
#include "support.h"

#include <pthread.h>

struct worker {
	int id;
	long served;
	pthread_t thread;
};

static struct worker workers[2];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

#if VERSION >= 5
static long late[32];
#endif

NOINLINE static long handle(struct worker *worker, long request)
{
	long result = request * VERSION;

#if VERSION % 3 == 0
	for (int i = 0; i < VERSION; i++)
		result += opaque(i) & 1;
#elif VERSION % 3 == 1
	if (opaque(request) != request)
		printf("BAD request\n");
#endif
#if VERSION >= 5
	late[request % VERSION] += worker->id;
#endif
	return result + worker->id;
}

static void *serve(void *arg)
{
	struct worker *worker = arg;
#if VERSION % 2
	long sum = 0;
#endif
#if VERSION >= 10
	char name[32];
#endif

	for (;;) {
		pthread_mutex_lock(&lock);
		long result = handle(worker, worker->served);
#if VERSION % 2
		sum += result;
		if (!sum && opaque(sum))
			printf("BAD sum\n");
#endif
#if VERSION >= 10
		snprintf(name, sizeof(name), "w%d v%d", worker->id, VERSION);
		printf("%s r=%ld n=%ld\n", name, result, worker->served);
#else
		printf("w%d v%d r=%ld n=%ld\n", worker->id, VERSION, result, worker->served);
#endif
		worker->served++;
		pthread_mutex_unlock(&lock);
		tick();
	}
	return NULL;
}

int main(void)
{
	begin();
	for (int i = 0; i < 2; i++) {
		workers[i].id = i;
		pthread_create(&workers[i].thread, NULL, serve, &workers[i]);
	}
	for (int i = 0; i < 2; i++)
		pthread_join(workers[i].thread, NULL);
	return VERSION;
}

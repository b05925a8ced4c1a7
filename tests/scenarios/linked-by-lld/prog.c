/*
 * Linked by lld: segments share pages of the file, the first one too.
 *
 * before: old many n3=\d+
 * after: new many n3=\d+
 * sequence: \bn(\d)=(\d+)
 * ldflags: -fuse-ld=lld
 */
#include "support.h"

#include <pthread.h>

NOINLINE static const char *word(int n)
{
	return opaque(n) < 3 ? "few" : "many";
}

static void *work(void *arg)
{
	int id = (int)(long)arg;
	unsigned long rounds = 0;

	for (;;) {
		tick();
		rounds++;
#ifdef NEW
		printf("new %s n%d=%lu\n", word(id), id, rounds);
#else
		printf("old %s n%d=%lu\n", word(id), id, rounds);
#endif
	}
	return NULL;
}

int main(int argc, char **argv)
{
	pthread_t thread;

	begin();
	for (long id = 0; id < 4; id++)
		pthread_create(&thread, NULL, work, (void *)id);
	while (argc)
		tick();
	puts(argv[0]);
}

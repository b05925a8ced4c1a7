/*
 * main() blocks in read() on a pipe in its endless loop and is changed there.
 *
 * before: old byte=\d+ n=\d+
 * after: new byte=\d+ n=\d+
 * sequence: \bn=(\d+)
 */
#include "support.h"

#include <pthread.h>
#include <unistd.h>

static int pipe_ends[2];

static void *writer(void *arg)
{
	unsigned char byte = 0;

	for (;;) {
		for (int i = 0; i < 6; i++)
			tick();
		if (write(pipe_ends[1], &byte, 1) != 1)
			printf("BAD write\n");
		byte++;
	}
	return arg;
}

int main(void)
{
	pthread_t thread;
	unsigned char expected = 0;

	begin();
	if (pipe(pipe_ends) != 0 || pthread_create(&thread, NULL, writer, NULL) != 0)
		return 1;
	for (int n = 0;; n++) {
		unsigned char byte = 0;
		ssize_t got = read(pipe_ends[0], &byte, 1);

		if (got != 1 || byte != expected++)
			printf("BAD read %zd byte %d\n", got, byte);
#ifdef NEW
		printf("new byte=%d n=%d\n", byte, n);
#else
		printf("old byte=%d n=%d\n", byte, n);
#endif
	}
}

/*
 * A thread opens a file again and again, outside of changed code. With another path, it can be put
 * to a sleep that nothing interrupts.
 *
 * before: old n=\d+
 * after: new n=\d+
 * sequence: \bn=(\d+)
 */
#include "support.h"

#include <fcntl.h>
#include <pthread.h>
#include <unistd.h>

static void *opener(void *path)
{
	for (;;) {
		int fd = open(path, O_RDONLY | O_CLOEXEC);

		if (fd >= 0)
			close(fd);
		tick();
	}
	return NULL;
}

int main(int argc, char **argv)
{
	static char null[] = "/dev/null";
	pthread_t thread;

	begin();
	pthread_create(&thread, NULL, opener, argc > 1 ? argv[1] : null);
	for (int n = 0;; n++) {
		tick();
#ifdef NEW
		printf("new n=%d\n", n);
#else
		printf("old n=%d\n", n);
#endif
	}
}

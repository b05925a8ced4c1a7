/*
 * An endless loop waits in read() for records from a pipe; the new version waits in a function that
 * reads until it has the whole record.
 *
 * pairing: callee-changed
 * before: old size=8 n=\d+
 * after: new size=8 n=\d+
 * sequence: \bn=(\d+)
 */
#include <pthread.h>
#include <unistd.h>

#include "support.h"

static int ends[2];

static void *write_records(void *ignored)
{
	for (long n = 0;; n++) {
		tick();
		if (write(ends[1], &n, sizeof(n)) != sizeof(n))
			return ignored;
	}
}

NOINLINE ssize_t read_full(int fd, void *to, size_t size)
{
	size_t done = 0;

	while (done < size) {
		ssize_t got = read(fd, (char *)to + done, size - done);
		if (got <= 0)
			return got;
		done += (size_t)got;
	}
	return (ssize_t)done;
}

NOINLINE void serve(int fd)
{
	for (;;) {
		static long record;
#ifdef NEW
		ssize_t size = read_full(fd, &record, sizeof(record));
		printf("new size=%zd n=%ld\n", size, record);
#else
		ssize_t size = read(fd, &record, sizeof(record));
		printf("old size=%zd n=%ld\n", size, record);
#endif
	}
}

int main(int argc, char **argv)
{
	pthread_t writer;

	begin();
	if (pipe(ends) || pthread_create(&writer, NULL, write_records, NULL))
		return 1;
	if (argc > 5)
		read_full(argc, argv[0], (size_t)argc);
	serve(ends[0]);
}

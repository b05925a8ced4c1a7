/*
 * main() waits in recv() on a socket with a time limit (SO_RCVTIMEO), of which little passes.
 *
 * before: old n=\d+
 * after: new n=\d+
 * sequence: \bn=(\d+)
 */
#include "undisturbed.h"

#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

static int ends[2];

static void serve(void)
{
	for (;;) {
		for (int i = 0; i < 10; i++)
			tick();
		if (write(ends[1], "x", 1) != 1)
			printf("BAD write\n");
	}
}

static long wait_for_it(void)
{
	char byte;

	return recv(ends[0], &byte, 1, 0);
}

__attribute__((constructor)) static void connect_ends(void)
{
	const struct timeval limit = { .tv_sec = 60 };

	socketpair(AF_UNIX, SOCK_STREAM, 0, ends);
	setsockopt(ends[0], SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
}

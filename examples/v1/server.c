/*
 * A small TCP server: main accepts connections for ever, and eight worker threads take one each and
 * answer its lines until it is closed.
 *
 *     add NUMBER     adds to this connection's total and answers it
 *     quit
 *
 * It knows nothing of StrongUpdate and is built like any other program.
 */
#include <arpa/inet.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define WORKERS 8
#define WAITING 64

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t arrived = PTHREAD_COND_INITIALIZER;
static int waiting[WAITING];
static unsigned first, last; /* of the connections that wait for a worker */

static int take_connection(void)
{
	int fd;

	pthread_mutex_lock(&lock);
	while (first == last)
		pthread_cond_wait(&arrived, &lock);
	fd = waiting[first++ % WAITING];
	pthread_mutex_unlock(&lock);
	return fd;
}

static void hand_over(int fd)
{
	pthread_mutex_lock(&lock);
	if (last - first == WAITING)
		close(fd);
	else
		waiting[last++ % WAITING] = fd;
	pthread_cond_signal(&arrived);
	pthread_mutex_unlock(&lock);
}

/* Answers the lines of one connection until it ends. */
static void serve(int fd)
{
	FILE *in = fdopen(fd, "r");
	char line[128];
	long total = 0;

	while (in && fgets(line, sizeof(line), in)) {
		if (strncmp(line, "quit", 4) == 0)
			break;
		if (strncmp(line, "add ", 4) == 0) {
			total += atol(line + 4);
			dprintf(fd, "total %ld\n", total);
		} else {
			dprintf(fd, "what?\n");
		}
	}
	if (in)
		fclose(in);
}

static void *work(void *arg)
{
	for (;;)
		serve(take_connection());
	return arg;
}

static int listen_at(int port)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(port) };
	int yes = 1, fd = socket(AF_INET, SOCK_STREAM, 0);

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)) != 0 || listen(fd, 64) != 0) {
		perror("server");
		exit(1);
	}
	return fd;
}

int main(int argc, char **argv)
{
	int listener = listen_at(argc > 1 ? atoi(argv[1]) : 7000);

	for (int i = 0; i < WORKERS; i++) {
		pthread_t thread;

		pthread_create(&thread, NULL, work, NULL);
	}
	for (;;) {
		int fd = accept(listener, NULL, NULL);

		if (fd >= 0)
			hand_over(fd);
	}
}

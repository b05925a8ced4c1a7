/*
 * Measures a memcached server's throughput: two threads, each with pipelined gets and sets over
 * several connections, so that the server and not the client is busiest.
 *
 * usage: load PORT SECONDS
 * Prints requests per second.  A short or wrong answer ends it with status 1.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define THREADS 2
#define CONNECTIONS 8 /* per thread */
#define DEPTH 32      /* requests under way per connection */

static int port;
static double end_time;

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static void die(const char *what)
{
	fprintf(stderr, "load: %s\n", what);
	exit(1);
}

static int open_connection(void)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(port) };
	int yes = 1, fd = socket(AF_INET, SOCK_STREAM, 0);

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)) != 0)
		die("cannot connect");
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
	return fd;
}

static void write_all(int fd, const char *data, size_t size)
{
	while (size > 0) {
		ssize_t done = write(fd, data, size);

		if (done <= 0)
			die("cannot write");
		data += done;
		size -= (size_t)done;
	}
}

static void read_answers(int fd, size_t size)
{
	char buffer[8192];

	while (size > 0) {
		ssize_t done = read(fd, buffer, size < sizeof(buffer) ? size : sizeof(buffer));

		if (done <= 0)
			die("the server closed a connection");
		size -= (size_t)done;
	}
}

static void *run(void *arg)
{
	static const char set[] = "set bench 0 0 100\r\n";
	static const char get[] = "get bench\r\n", head[] = "VALUE bench 0 100\r\n";
	char batch[DEPTH * sizeof(get)], value[102];
	size_t answer = strlen(head) + 102 + strlen("END\r\n");
	long requests = 0;
	int fds[CONNECTIONS];

	for (int i = 0; i < CONNECTIONS; i++)
		fds[i] = open_connection();
	memset(value, 'v', 100);
	memcpy(value + 100, "\r\n", 2);
	write_all(fds[0], set, strlen(set));
	write_all(fds[0], value, sizeof(value));
	read_answers(fds[0], strlen("STORED\r\n"));
	for (int i = 0; i < DEPTH; i++)
		memcpy(batch + i * strlen(get), get, strlen(get));
	while (now() < end_time) {
		for (int i = 0; i < CONNECTIONS; i++)
			write_all(fds[i], batch, DEPTH * strlen(get));
		for (int i = 0; i < CONNECTIONS; i++)
			read_answers(fds[i], DEPTH * answer);
		requests += (long)CONNECTIONS * DEPTH;
	}
	*(long *)arg = requests;
	return NULL;
}

int main(int argc, char **argv)
{
	pthread_t threads[THREADS];
	long requests[THREADS], total = 0;
	double start = now();

	if (argc != 3)
		return 2;
	port = atoi(argv[1]);
	end_time = start + atof(argv[2]);
	for (int i = 0; i < THREADS; i++)
		pthread_create(&threads[i], NULL, run, &requests[i]);
	for (int i = 0; i < THREADS; i++) {
		pthread_join(threads[i], NULL);
		total += requests[i];
	}
	printf("%.0f\n", (double)total / (now() - start));
	return 0;
}

/*
 * Measures a memcached server's throughput: two threads, each with pipelined requests over several
 * connections, ten gets to a set as memtier_benchmark has them by default, so that the server and
 * not the client is busiest.
 *
 * usage: load PORT SECONDS
 * Prints requests per second, and the median and the 99th centile of the microseconds that a batch
 * of requests took.  A short answer ends it with status 1.
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
#define CONNECTIONS 8	/* per thread */
#define GETS 10		/* to a set */
#define GROUPS 3	/* of gets and a set that are under way per connection */
#define BATCHES 1000000 /* per thread, whose times are kept */

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

struct worker {
	pthread_t thread;
	long requests, batches;
	float *took_us; /* of each batch */
};

/* One group of requests and the size of its answers; returns the size of the text. */
static size_t make_group(char *text, size_t *ret_answer)
{
	static const char set[] = "set bench 0 0 100\r\n", get[] = "get bench\r\n";
	size_t size = 0;

	memcpy(text, set, strlen(set));
	size += strlen(set);
	memset(text + size, 'v', 100);
	memcpy(text + size + 100, "\r\n", 2);
	size += 102;
	for (int i = 0; i < GETS; i++, size += strlen(get))
		memcpy(text + size, get, strlen(get));
	*ret_answer = strlen("STORED\r\n") +
		      GETS * (strlen("VALUE bench 0 100\r\n") + 102 + strlen("END\r\n"));
	return size;
}

static void *run(void *arg)
{
	struct worker *worker = arg;
	char batch[GROUPS * 512];
	double sent[CONNECTIONS];
	size_t answer, size = 0;
	int fds[CONNECTIONS];

	for (int i = 0; i < CONNECTIONS; i++)
		fds[i] = open_connection();
	for (int i = 0; i < GROUPS; i++)
		size += make_group(batch + size, &answer);
	while (now() < end_time) {
		for (int i = 0; i < CONNECTIONS; i++) {
			sent[i] = now();
			write_all(fds[i], batch, size);
		}
		for (int i = 0; i < CONNECTIONS; i++) {
			read_answers(fds[i], GROUPS * answer);
			if (worker->batches < BATCHES)
				worker->took_us[worker->batches++] =
					(float)((now() - sent[i]) * 1e6);
		}
		worker->requests += (long)CONNECTIONS * GROUPS * (GETS + 1);
	}
	return NULL;
}

static int compare(const void *a, const void *b)
{
	float x = *(const float *)a, y = *(const float *)b;

	return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
	float *took_us = calloc((size_t)THREADS * BATCHES, sizeof(*took_us));
	struct worker workers[THREADS] = { 0 };
	long requests = 0, batches = 0;
	double start = now(), end;

	if (argc != 3 || !took_us)
		return 2;
	port = atoi(argv[1]);
	end_time = start + atof(argv[2]);
	for (int i = 0; i < THREADS; i++) {
		workers[i].took_us = took_us + (size_t)i * BATCHES;
		pthread_create(&workers[i].thread, NULL, run, &workers[i]);
	}
	for (int i = 0; i < THREADS; i++)
		pthread_join(workers[i].thread, NULL);
	end = now();
	for (int i = 0; i < THREADS; i++) {
		memmove(took_us + batches, workers[i].took_us,
			(size_t)workers[i].batches * sizeof(*took_us));
		requests += workers[i].requests;
		batches += workers[i].batches;
	}
	if (batches == 0)
		die("no batch ended");
	qsort(took_us, (size_t)batches, sizeof(*took_us), compare);
	printf("%.0f %.0f %.0f\n", (double)requests / (end - start), (double)took_us[batches / 2],
	       (double)took_us[batches * 99 / 100]);
	return 0;
}

/*
 * A server with 16 threads in loops that never return, in two versions (-DNEW).
 *
 * usage: server [churn] [signals]
 *
 * It prints its port.  Each thread serves one connection at a time: a request is a line with a
 * number, the answer a line with the number, the version, and a sum over the number that both
 * versions compute in a way of their own.  churn: a thousand threads a second are born and die.
 * signals: a thousand a second are sent to it.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define THREADS 16
#define NOINLINE __attribute__((noinline))

static int listener;
static volatile long noted, born;

/* 1 + ... + n */
NOINLINE long sum_to(long n)
{
#ifdef NEW
	return n * (n + 1) / 2;
#else
	long sum = 0;

	for (long i = 1; i <= n; i++)
		sum += i;
	return sum;
#endif
}

NOINLINE int answer(FILE *stream, long number)
{
#ifdef NEW
	return fprintf(stream, "%ld new %ld\n", number, sum_to(number % 5000));
#else
	return fprintf(stream, "%ld old %ld\n", number, sum_to(number % 5000));
#endif
}

struct connection {
	FILE *stream;
	char line[64];
};

NOINLINE static void serve(struct connection *connection)
{
	unsigned long total = 0;
#ifdef NEW
	unsigned long odd = 0;
#endif

	while (fgets(connection->line, sizeof(connection->line), connection->stream)) {
		long number = strtol(connection->line, NULL, 10);

		total += (unsigned long)number;
#ifdef NEW
		odd += number & 1;
		if (odd > total)
			_exit(1);
#endif
		if (answer(connection->stream, number) < 0 || fflush(connection->stream))
			break;
	}
	noted += total == 0;
}

static void *worker(void *arg)
{
	for (;;) {
		int fd = accept(listener, NULL, NULL);

		if (fd < 0)
			continue;
		struct connection *connection = calloc(1, sizeof(*connection));
		if (!connection || !(connection->stream = fdopen(fd, "r+")))
			abort();
		serve(connection);
		fclose(connection->stream);
		free(connection);
	}
	return arg;
}

NOINLINE static void *errand(void *arg)
{
#ifdef NEW
	born += sum_to(1);
#else
	born += 1;
#endif
	return arg;
}

static void *churn(void *arg)
{
	const struct timespec span = { .tv_nsec = 1000000 };

	for (;;) {
		pthread_t thread;

		if (pthread_create(&thread, NULL, errand, NULL))
			abort();
		nanosleep(&span, NULL);
		pthread_join(thread, NULL);
	}
	return arg;
}

static void on_signal(int sig)
{
#ifdef NEW
	noted += sum_to(sig > 0);
#else
	noted += sig > 0;
#endif
}

static void *kick(void *arg)
{
	const struct timespec span = { .tv_nsec = 1000000 };

	for (;;) {
		kill(getpid(), SIGUSR1);
		nanosleep(&span, NULL);
	}
	return arg;
}

static void start(void *(*work)(void *))
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, work, NULL))
		abort();
}

int main(int argc, char **argv)
{
	struct sockaddr_in address = { .sin_family = AF_INET };
	struct sigaction action = { .sa_handler = on_signal, .sa_flags = SA_RESTART };
	socklen_t size = sizeof(address);

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (bind(listener, (struct sockaddr *)&address, size) || listen(listener, 64) ||
	    getsockname(listener, (struct sockaddr *)&address, &size))
		return 1;
	sigaction(SIGUSR1, &action, NULL);
	for (int i = 0; i < THREADS; i++)
		start(worker);
	for (int i = 1; i < argc; i++)
		start(strcmp(argv[i], "churn") ? kick : churn);
	printf("port %d\n", ntohs(address.sin_port));
	fflush(stdout);
	alarm(7200);
	for (;;)
		pause();
}

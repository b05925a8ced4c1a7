/*
 * Keeps a server busy (server.c) and believes none of its answers.
 *
 * usage: client PORT
 *
 * Sixteen connections, one of which is closed and opened anew now and then.  For each byte of its
 * standard input, and at the end of that, it prints "REQUESTS requests, OLD old, NEW new, WRONG wrong".
 */
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define CONNECTIONS 16

static int port;
static atomic_bool stop;
static atomic_long requests, old_answers, new_answers, wrong;

static FILE *open_connection(void)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(port) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)))
		return NULL;
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	return fdopen(fd, "r+");
}

static bool ask(FILE *stream, long number)
{
	char line[96], version[8];
	long same, sum, n = number % 5000;

	if (fprintf(stream, "%ld\n", number) < 0 || fflush(stream) ||
	    !fgets(line, sizeof(line), stream))
		return false;
	if (sscanf(line, "%ld %7s %ld", &same, version, &sum) != 3 || same != number ||
	    sum != n * (n + 1) / 2)
		return false;
	atomic_fetch_add(strcmp(version, "old") ? &new_answers : &old_answers, 1);
	return true;
}

static void *work(void *arg)
{
	long number = (long)arg;
	FILE *stream = open_connection();

	while (stream && !atomic_load(&stop)) {
		number = (number * 1103515245 + 12345) & 0x7fffffff;
		atomic_fetch_add(&requests, 1);
		if (!ask(stream, number))
			break;
		usleep(500);
		if (arg == NULL && number % 50 == 0) {
			fclose(stream);
			stream = open_connection();
		}
	}
	if (!atomic_load(&stop))
		atomic_fetch_add(&wrong, 1);
	if (stream)
		fclose(stream);
	return NULL;
}

static void say(void)
{
	printf("%ld requests, %ld old, %ld new, %ld wrong\n", requests, old_answers, new_answers,
	       wrong);
	fflush(stdout);
}

int main(int argc, char **argv)
{
	pthread_t threads[CONNECTIONS];
	char byte;

	if (argc != 2)
		return 2;
	port = atoi(argv[1]);
	for (long i = 0; i < CONNECTIONS; i++)
		pthread_create(&threads[i], NULL, work, (void *)i);
	while (read(0, &byte, 1) > 0)
		say();
	atomic_store(&stop, true);
	for (int i = 0; i < CONNECTIONS; i++)
		pthread_join(threads[i], NULL);
	say();
	return wrong != 0;
}

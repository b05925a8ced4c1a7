/*
 * Clients of a server, each with a request under way at any time, while something happens to the
 * server: what they saw, in windows of 10 ms.
 *
 * usage: clients -n CLIENTS -s SECONDS -r REQUEST -a http|line [-w WANTED] [-l LOGIN]
 *                {-p PORT | -e COMMAND}
 *
 * A connection is one to PORT of the loopback, or the standard input and output of COMMAND.  Its
 * first request follows the server's greeting and the lines of LOGIN, if given, each of which has a
 * line for an answer.  An answer is a line that begins with WANTED, or a whole HTTP answer with
 * status 200.  A client whose connection ends makes a new one and asks again: the request counts as
 * failed, once, and as answered when the answer comes, so that its duration holds the outage.  An
 * answer with "Connection: close" is a connection that the server closed in good order.
 *
 * Prints "ready" when every client has had an answer.  Ends after SECONDS or at the end of standard
 * input, and prints one JSON object: the time of the
 * first window (CLOCK_MONOTONIC, seconds), and for each window the requests answered, the longest
 * of them in microseconds, requests failed, connections lost and connections closed in good order.
 * Requests without an answer at the end count with their age in "waiting_us", the longest of them.
 */
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define WINDOW_US 10000
#define WINDOWS 60000
#define RETRY_US 2000 /* between attempts to connect */

struct window {
	atomic_long answered, longest_us, failed, lost, closed;
};

struct client {
	pthread_t thread;
	atomic_long since_us; /* when its request was first sent */
	pid_t child;	      /* that is the connection, or 0 */
	bool ready;	      /* has had an answer */
	int fd;		      /* or -1 */
	size_t used, size;    /* of what was read: already taken, in all */
	char buffer[16384];
};

extern char **environ;
static struct window windows[WINDOWS];
static atomic_int unready; /* clients that had no answer yet */
static long start_us;
static int port;
static const char *command, *asked, *wanted = "", *login;
static bool http;

static long now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static struct window *window_now(long *ret_us)
{
	long at;

	*ret_us = now_us();
	at = (*ret_us - start_us) / WINDOW_US;
	return &windows[at < WINDOWS ? at : WINDOWS - 1];
}

/* ---- a connection ---- */

static void disconnect(struct client *client)
{
	if (client->fd >= 0)
		close(client->fd);
	if (client->child > 0) {
		kill(client->child, SIGKILL);
		waitpid(client->child, NULL, 0);
	}
	client->fd = -1;
	client->child = 0;
	client->used = client->size = 0;
}

static bool connect_port(struct client *client)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(port) };
	int yes = 1;

	client->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	setsockopt(client->fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
	return connect(client->fd, (struct sockaddr *)&address, sizeof(address)) == 0;
}

static bool connect_command(struct client *client)
{
	char *argv[] = { "sh", "-c", (char *)command, NULL };
	posix_spawn_file_actions_t actions;
	int pair[2], error;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
		return false;
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, pair[1], 0);
	posix_spawn_file_actions_adddup2(&actions, pair[1], 1);
	error = posix_spawn(&client->child, "/bin/sh", &actions, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	close(pair[1]);
	client->fd = pair[0];
	if (error)
		client->child = 0;
	return !error;
}

static bool send_all(struct client *client, const char *data, size_t size)
{
	while (size > 0) {
		ssize_t done = send(client->fd, data, size, MSG_NOSIGNAL);

		if (done <= 0)
			return false;
		data += done;
		size -= (size_t)done;
	}
	return true;
}

static bool fill(struct client *client)
{
	ssize_t done = read(client->fd, client->buffer, sizeof(client->buffer));

	client->used = 0;
	client->size = done > 0 ? (size_t)done : 0;
	return done > 0;
}

/* Reads a line without its end; a longer one is cut to `room`. */
static bool read_line(struct client *client, char *line, size_t room)
{
	size_t length = 0;

	for (;;) {
		char byte;

		if (client->used == client->size && !fill(client))
			return false;
		byte = client->buffer[client->used++];
		if (byte == '\n')
			break;
		if (byte != '\r' && length + 1 < room)
			line[length++] = byte;
	}
	line[length] = '\0';
	return true;
}

static bool skip(struct client *client, size_t size)
{
	while (size > 0) {
		size_t here = client->size - client->used;

		if (here == 0) {
			if (!fill(client))
				return false;
			continue;
		}
		here = here < size ? here : size;
		client->used += here;
		size -= here;
	}
	return true;
}

static bool log_in(struct client *client)
{
	char line[512];
	const char *at = login;

	if (!login)
		return true;
	if (!read_line(client, line, sizeof(line)))
		return false;
	while (*at) {
		size_t length = strcspn(at, "\n");

		if (!send_all(client, at, length) || !send_all(client, "\r\n", 2) ||
		    !read_line(client, line, sizeof(line)))
			return false;
		at += length + (at[length] == '\n');
	}
	return true;
}

static void connect_client(struct client *client)
{
	while (client->fd < 0) {
		if ((command ? connect_command(client) : connect_port(client)) && log_in(client))
			return;
		disconnect(client);
		usleep(RETRY_US);
	}
}

/* ---- requests ---- */

static bool read_http(struct client *client, bool *ret_close)
{
	static const char length_head[] = "Content-Length:", close_head[] = "Connection: close";
	char line[512];
	size_t size = 0;

	if (!read_line(client, line, sizeof(line)))
		return false;
	if (strncmp(line, "HTTP/1.1 200", 12) != 0) {
		fprintf(stderr, "clients: an answer begins with \"%s\"\n", line);
		exit(1);
	}
	do {
		if (!read_line(client, line, sizeof(line)))
			return false;
		if (strncasecmp(line, length_head, strlen(length_head)) == 0)
			size = strtoul(line + strlen(length_head), NULL, 10);
		if (strcasecmp(line, close_head) == 0)
			*ret_close = true;
	} while (line[0]);
	return skip(client, size);
}

static bool read_answer(struct client *client, bool *ret_close)
{
	char line[512];

	if (http)
		return read_http(client, ret_close);
	if (!read_line(client, line, sizeof(line)))
		return false;
	if (strncmp(line, wanted, strlen(wanted)) == 0)
		return true;
	fprintf(stderr, "clients: an answer is \"%s\"\n", line);
	exit(1);
}

/* The first answer of the last client. */
static void say_ready(struct client *client)
{
	if (client->ready)
		return;
	client->ready = true;
	if (atomic_fetch_sub(&unready, 1) == 1) {
		puts("ready");
		fflush(stdout);
	}
}

static void count_answer(struct client *client, bool closed)
{
	long now, longest;
	struct window *window = window_now(&now);
	long took = now - atomic_load(&client->since_us);

	atomic_fetch_add(&window->answered, 1);
	atomic_fetch_add(&window->closed, closed);
	longest = atomic_load(&window->longest_us);
	while (took > longest && !atomic_compare_exchange_weak(&window->longest_us, &longest, took))
		;
}

static void *work(void *arg)
{
	struct client *client = arg;

	for (;;) {
		bool closed = false, failed = false;

		atomic_store(&client->since_us, now_us());
		for (;;) {
			struct window *window;
			long now;

			connect_client(client);
			if (send_all(client, asked, strlen(asked)) && read_answer(client, &closed))
				break;
			disconnect(client);
			window = window_now(&now);
			atomic_fetch_add(&window->lost, 1);
			atomic_fetch_add(&window->failed, !failed);
			failed = true;
		}
		count_answer(client, closed);
		say_ready(client);
		if (closed)
			disconnect(client);
	}
	return NULL;
}

/* ---- the result ---- */

#define PRINT_WINDOWS(member, count)                                                               \
	do {                                                                                       \
		printf("\"" #member "\": [");                                                      \
		for (long i = 0; i < (count); i++)                                                 \
			printf("%s%ld", i ? "," : "", atomic_load(&windows[i].member));            \
		printf("], ");                                                                     \
	} while (0)

static void print(struct client *clients, int count)
{
	long now, waiting = 0, used = window_now(&now) - windows + 1;

	for (int i = 0; i < count; i++) {
		long age = now - atomic_load(&clients[i].since_us);

		waiting = age > waiting ? age : waiting;
	}
	printf("{\"start\": %.6f, \"window\": %.6f, ", (double)start_us / 1e6, WINDOW_US / 1e6);
	PRINT_WINDOWS(answered, used);
	PRINT_WINDOWS(longest_us, used);
	PRINT_WINDOWS(failed, used);
	PRINT_WINDOWS(lost, used);
	PRINT_WINDOWS(closed, used);
	printf("\"waiting_us\": %ld}\n", waiting);
	fflush(stdout);
}

/* Until the time is over or standard input ends. */
static void wait_for_end(long seconds)
{
	struct pollfd input = { .fd = 0, .events = POLLIN };
	long left;

	while ((left = start_us + seconds * 1000000 - now_us()) > 0) {
		char byte;

		if (poll(&input, 1, (int)(left / 1000) + 1) > 0 && read(0, &byte, 1) <= 0)
			return;
	}
}

int main(int argc, char **argv)
{
	int option, count = 1;
	long seconds = 10;
	struct client *clients;

	while ((option = getopt(argc, argv, "n:s:r:a:w:l:p:e:")) != -1) {
		switch (option) {
		case 'n':
			count = atoi(optarg);
			break;
		case 's':
			seconds = atol(optarg);
			break;
		case 'r':
			asked = optarg;
			break;
		case 'a':
			http = strcmp(optarg, "http") == 0;
			break;
		case 'w':
			wanted = optarg;
			break;
		case 'l':
			login = optarg;
			break;
		case 'p':
			port = atoi(optarg);
			break;
		case 'e':
			command = optarg;
			break;
		default:
			return 2;
		}
	}
	if (!asked || (!port && !command) || count < 1)
		return 2;
	clients = calloc((size_t)count, sizeof(*clients));
	atomic_store(&unready, count);
	start_us = now_us();
	for (int i = 0; i < count; i++) {
		clients[i].fd = -1;
		atomic_store(&clients[i].since_us, start_us);
		pthread_create(&clients[i].thread, NULL, work, &clients[i]);
	}
	wait_for_end(seconds);
	print(clients, count);
	_exit(0); /* the threads still work */
}

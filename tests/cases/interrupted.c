/*
 * A thread for each way to wait; nothing interrupts them but what stops the process.  Each says when
 * its wait has ended with EINTR.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/aio_abi.h>
#include <mqueue.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/select.h>
#include <sys/sem.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define SECONDS 60 /* what has a time limit would end by itself only after that */

static const struct timespec limit = { .tv_sec = SECONDS };
static int semaphores, messages;

static long epoll_limited(void)
{
	struct epoll_event event;

	return epoll_wait(epoll_create1(0), &event, 1, SECONDS * 1000);
}

static long epoll_endless(void)
{
	struct epoll_event event;

	return epoll_wait(epoll_create1(0), &event, 1, -1);
}

static long epoll_pwait2_limited(void)
{
	struct epoll_event event;

	return syscall(SYS_epoll_pwait2, epoll_create1(0), &event, 1, &limit, NULL, 0);
}

static long signal_limited(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR2);
	return sigtimedwait(&set, NULL, &limit);
}

static long signal_endless(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	return sigwaitinfo(&set, NULL);
}

static long semaphore_limited(void)
{
	struct sembuf take = { 0, -1, 0 };

	return semtimedop(semaphores, &take, 1, &limit);
}

static long semaphore_endless(void)
{
	struct sembuf take = { 0, -1, 0 };

	return semop(semaphores, &take, 1);
}

static long io_events(aio_context_t *context, struct timespec *time)
{
	struct io_event event;

	if (!*context && syscall(SYS_io_setup, 1, context))
		abort();
	return syscall(SYS_io_getevents, *context, 1, 1, &event, time);
}

static long io_limited(void)
{
	static aio_context_t context;
	struct timespec time = limit;

	return io_events(&context, &time);
}

static long io_endless(void)
{
	static aio_context_t context;

	return io_events(&context, NULL);
}

static void make_pair(int ret[2], int option)
{
	struct timeval time = { .tv_sec = SECONDS };

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, ret) ||
	    setsockopt(ret[0], SOL_SOCKET, option, &time, sizeof(time)))
		abort();
}

static long receive_limited(void)
{
	int pair[2];
	char byte;

	make_pair(pair, SO_RCVTIMEO);
	return recv(pair[0], &byte, 1, 0);
}

static long read_socket_limited(void)
{
	int pair[2];
	char byte;

	make_pair(pair, SO_RCVTIMEO);
	return read(pair[0], &byte, 1);
}

static long send_limited(void)
{
	static char bytes[1 << 16];
	int pair[2];

	make_pair(pair, SO_SNDTIMEO);
	while (send(pair[0], bytes, sizeof(bytes), MSG_DONTWAIT) > 0)
		;
	return send(pair[0], bytes, sizeof(bytes), 0);
}

static long accept_limited(void)
{
	struct sockaddr_un name = { .sun_family = AF_UNIX };
	struct timeval time = { .tv_sec = SECONDS };
	int listener = socket(AF_UNIX, SOCK_STREAM, 0);

	if (bind(listener, (struct sockaddr *)&name, sizeof(sa_family_t)) || listen(listener, 1) ||
	    setsockopt(listener, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof(time)))
		abort();
	return accept(listener, NULL, NULL);
}

static long receive_endless(void)
{
	int pair[2];
	char byte;

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair))
		abort();
	return recv(pair[0], &byte, 1, 0);
}

static long poll_limited(void)
{
	return poll(NULL, 0, SECONDS * 1000);
}

static long select_limited(void)
{
	struct timeval time = { .tv_sec = SECONDS };

	return select(0, NULL, NULL, NULL, &time);
}

static long sleep_limited(void)
{
	return nanosleep(&limit, NULL);
}

static long futex_limited(void)
{
	struct timespec until;
	sem_t never;

	sem_init(&never, 0, 0);
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += SECONDS;
	return sem_timedwait(&never, &until);
}

static long message_endless(void)
{
	struct {
		long type;
		char bytes[8];
	} message;

	return msgrcv(messages, &message, sizeof(message.bytes), 0, 0);
}

static long pipe_endless(void)
{
	int ends[2];
	char byte;

	if (pipe(ends))
		abort();
	return read(ends[0], &byte, 1);
}

static long inotify_endless(void)
{
	char bytes[64];

	return read(inotify_init(), bytes, sizeof(bytes));
}

struct wait {
	const char *name;
	long (*make)(void);
};

#define WAIT(name)                                                                                 \
	{                                                                                          \
#name, name                                                                        \
	}

static const struct wait waits[] = {
	WAIT(epoll_limited),   WAIT(epoll_endless),	  WAIT(epoll_pwait2_limited),
	WAIT(signal_limited),  WAIT(signal_endless),	  WAIT(semaphore_limited),
	WAIT(io_limited),      WAIT(semaphore_endless),	  WAIT(io_endless),
	WAIT(receive_limited), WAIT(read_socket_limited), WAIT(send_limited),
	WAIT(accept_limited),  WAIT(receive_endless),	  WAIT(poll_limited),
	WAIT(select_limited),  WAIT(sleep_limited),	  WAIT(futex_limited),
	WAIT(message_endless), WAIT(pipe_endless),	  WAIT(inotify_endless),
};

static void *keep_waiting(void *arg)
{
	const struct wait *wait = arg;

	while (wait->make() < 0 && errno == EINTR)
		printf("EINTR %s\n", wait->name);
	printf("BAD %s: %s\n", wait->name, strerror(errno));
	return NULL;
}

__attribute__((noinline)) static int version_of(int n)
{
#ifdef NEW
	return n + 2;
#else
	return n + 1;
#endif
}

int main(void)
{
	pthread_t thread;
	sigset_t set;

	alarm(120);
	setvbuf(stdout, NULL, _IOLBF, 0);
	sigfillset(&set);
	sigdelset(&set, SIGALRM);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	semaphores = semget(IPC_PRIVATE, 1, 0600);
	messages = msgget(IPC_PRIVATE, 0600);
	for (size_t i = 0; i < sizeof(waits) / sizeof(*waits); i++)
		pthread_create(&thread, NULL, keep_waiting, (void *)&waits[i]);
	usleep(300000);
	/* They live for as long as somebody waits for them. */
	printf("made %d %d version %d\n", semaphores, messages, version_of(0));
	for (;;)
		pause();
}

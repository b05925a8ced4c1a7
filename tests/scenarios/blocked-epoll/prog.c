/*
 * An event loop in main() waits in epoll_wait() for ever for some events; it is changed there and
 * dispatches through a changed handler.
 *
 * before: old event=\d+ n=\d+
 * after: new event=\d+ n=\d+
 * sequence: \bn=(\d+)
 */
#include "support.h"

#include <pthread.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

static int event;

static void *producer(void *arg)
{
	eventfd_t one = 1;

	for (;;) {
		for (int i = 0; i < 4; i++)
			tick();
		eventfd_write(event, one);
	}
	return arg;
}

NOINLINE static void handle(int fd, int n)
{
	eventfd_t count;

	if (eventfd_read(fd, &count) != 0)
		printf("BAD read\n");
#ifdef NEW
	printf("new event=%d n=%d\n", (int)count, n);
#else
	printf("old event=%d n=%d\n", (int)count, n);
#endif
}

int main(void)
{
	struct epoll_event wanted = { .events = EPOLLIN }, found[8];
	pthread_t thread;
	int epoll = epoll_create1(0), n = 0;
#ifdef NEW
	int wakeups = 0;
#endif

	begin();
	event = eventfd(0, 0);
	epoll_ctl(epoll, EPOLL_CTL_ADD, event, &wanted);
	pthread_create(&thread, NULL, producer, NULL);
	for (;;) {
		int count = epoll_wait(epoll, found, 8, -1);

#ifdef NEW
		if (++wakeups < 1)
			printf("BAD wakeups=%d\n", wakeups);
#endif
		for (int i = 0; i < count; i++)
			handle(event, n++);
	}
}

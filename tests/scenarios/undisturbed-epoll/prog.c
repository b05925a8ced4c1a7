/*
 * main() waits in epoll_wait() without a time limit, which Linux ends after any stop. It must not end.
 *
 * before: old n=\d+
 * after: new n=\d+
 * sequence: \bn=(\d+)
 */
#include "undisturbed.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>

static int events = -1, queue = -1;

static void serve(void)
{
	for (;; eventfd_write(events, 1))
		for (int i = 0; i < 10; i++)
			tick();
}

static long wait_for_it(void)
{
	struct epoll_event event = { .events = EPOLLIN };
	eventfd_t count;

	if (queue < 0) {
		events = eventfd(0, 0);
		queue = epoll_create1(0);
		epoll_ctl(queue, EPOLL_CTL_ADD, events, &event);
	}
	if (epoll_wait(queue, &event, 1, -1) != 1)
		return -1;
	return eventfd_read(events, &count);
}

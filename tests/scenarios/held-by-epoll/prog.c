/*
 * A frame object moves whose address only the kernel holds: as the data of an epoll item.
 *
 * before: old n=\d+
 * expect: refuse
 * reason: held as data of an epoll item
 */
#include "moving.h"

#include <sys/epoll.h>
#include <unistd.h>

static int queue, ends[2];

NOINLINE static void give(struct record *record)
{
	struct epoll_event event = { .events = EPOLLOUT, .data.ptr = record };

	queue = epoll_create1(0);
	if (pipe(ends) != 0 || epoll_ctl(queue, EPOLL_CTL_ADD, ends[1], &event) != 0)
		abort();
}

NOINLINE static void count(void)
{
	struct epoll_event event;

	if (epoll_wait(queue, &event, 1, -1) == 1)
		((struct record *)event.data.ptr)->n++;
	memset(&event, 0, sizeof(event));
	__asm__ volatile("" : : "r"(&event) : "memory");
}

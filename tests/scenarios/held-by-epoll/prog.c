/*
 * A frame object moves whose address only the kernel holds: as the data of an epoll item.
 *
 * before: old n=\d+
 * expect: refuse
 * reason: held as data of an epoll item
 */
#include "support.h"

#include <sys/epoll.h>
#include <unistd.h>

struct record {
	long n, more[20];
};

static int queue, ends[2];

NOINLINE static void watch(struct record *record)
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

NOINLINE static void format(char *buffer, long n)
{
	sprintf(buffer, "step-%ld", n);
}

int main(void)
{
#ifdef NEW
	char text[600];
#endif
	struct record record = { 0 };

	begin();
	watch(&record);
	for (;;) {
		count();
		tick();
#ifdef NEW
		format(text, record.n);
		printf("new n=%ld text=%s\n", record.n, text);
#else
		printf("old n=%ld\n", record.n);
#endif
	}
}

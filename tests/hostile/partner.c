/*
 * What a user has loaded into a program that is to be updated (LD_PRELOAD): a page that nobody ever
 * gives, which appears when the process is traced.
 */
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#define PAGE 4096ul

static int is_traced(void)
{
	char text[4096] = "";
	int fd = open("/proc/self/status", O_RDONLY | O_CLOEXEC);
	ssize_t size = read(fd, text, sizeof(text) - 1);
	char *line = size > 0 ? strstr(text, "TracerPid:") : NULL;

	close(fd);
	return line && atoi(line + strlen("TracerPid:"));
}

static void *wait_for_tracer(void *page)
{
	while (!is_traced())
		usleep(500);
	/* Now it looks like what may be an update. */
	mprotect(page, PAGE, PROT_READ);
	return NULL;
}

static void __attribute__((constructor)) prepare(void)
{
	int fd = (int)syscall(SYS_userfaultfd, O_CLOEXEC);
	struct uffdio_api api = { .api = UFFD_API };
	uint8_t *page =
		mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct uffdio_register range = { .range = { (uintptr_t)page, PAGE },
					 .mode = UFFDIO_REGISTER_MODE_MISSING };
	pthread_t thread;

	if (fd < 0 || ioctl(fd, UFFDIO_API, &api) || ioctl(fd, UFFDIO_REGISTER, &range) ||
	    pthread_create(&thread, NULL, wait_for_tracer, page))
		abort();
}

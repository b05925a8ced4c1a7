/*
 * What a user has loaded into a program that is to be updated (LD_PRELOAD): a thread whose return
 * address is on a page that nobody ever gives.  Only who has stopped the process looks there.
 */
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#define PAGE 4096ul

static uintptr_t return_page;
static sem_t sleeps;

/* Further down than the page of its return address, which it never uses. */
static void __attribute__((noinline)) sleep_below(void)
{
	volatile uint8_t between[2 * PAGE];

	between[0] = 0;
	return_page = (uintptr_t)__builtin_frame_address(0) + sizeof(void *);
	return_page -= return_page % PAGE;
	sem_post(&sleeps);
	for (;;)
		syscall(SYS_pause);
}

/* Further down than what the library keeps of the thread. */
static void *be_thread(void *unused)
{
	volatile uint8_t between[2 * PAGE];

	between[0] = 0;
	sleep_below();
	return unused;
}

static void __attribute__((constructor)) prepare(void)
{
	int fd = (int)syscall(SYS_userfaultfd, O_CLOEXEC);
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register range = { .mode = UFFDIO_REGISTER_MODE_MISSING };
	pthread_t thread;

	if (fd < 0 || ioctl(fd, UFFDIO_API, &api) ||
	    pthread_create(&thread, NULL, be_thread, NULL) || sem_wait(&sleeps))
		abort();
	range.range = (struct uffdio_range){ return_page, PAGE };
	if (ioctl(fd, UFFDIO_REGISTER, &range) || madvise((void *)return_page, PAGE, MADV_DONTNEED))
		abort();
}

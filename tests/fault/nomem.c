/*
 * For LD_PRELOAD: memory runs out.  The first process of a command that comes to its NOMEM-th allocation
 * gets none from then on; a fork counts on by itself.
 */
#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *old, size_t size);

static _Atomic pid_t *victim; /* that all of the command see */
static long left;

static void __attribute__((constructor)) begin(void)
{
	const char *at = getenv("NOMEM");

	victim = mmap(NULL, sizeof(*victim), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		      0);
	left = at && victim != MAP_FAILED ? atol(at) : 0;
}

static bool is_out(void)
{
	pid_t nobody = 0, self = getpid();

	if (left > 1) {
		left--;
		return false;
	}
	if (left == 1)
		atomic_compare_exchange_strong(victim, &nobody, self);
	bool out = left == 1 && *victim == self;
	if (out)
		errno = ENOMEM;
	return out;
}

void *calloc(size_t count, size_t size)
{
	return is_out() ? NULL : __libc_calloc(count, size);
}

void *realloc(void *old, size_t size)
{
	return is_out() ? NULL : __libc_realloc(old, size);
}

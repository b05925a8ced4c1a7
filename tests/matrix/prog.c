/*
 * The program of the matrix of compiler and linker flags: threads, tables of functions and texts, a
 * switch, a static variable, thread-local storage, and a changed function that is always active.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NOINLINE __attribute__((noinline))

#ifdef NEW
#define VERSION "new"
#define STEP 1000
#else
#define VERSION "old"
#define STEP 1
#endif

struct job {
	int kind;
	long amount;
	const char *name;
};

typedef long handler(const struct job *job);

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static long served, total;
static __thread long mine;

extern void nobody_defines_this(void) __attribute__((weak));

static void tick(void)
{
	usleep(10000);
}

NOINLINE static const char *name_of(int kind)
{
	switch (kind) {
	case 0:
		return "add";
	case 1:
		return "twice";
	case 2:
		return VERSION;
	case 3:
		return "square";
	case 4:
		return "none";
	default:
		return "?";
	}
}

NOINLINE static long add(const struct job *job)
{
	return job->amount + STEP;
}

NOINLINE static long twice(const struct job *job)
{
	static long calls;

	return job->amount * 2 + (++calls < 0);
}

NOINLINE static long square(const struct job *job)
{
#ifdef NEW
	return job->amount * job->amount + (long)strlen(job->name) * 0 + 100;
#else
	return job->amount * job->amount;
#endif
}

static handler *const handlers[] = { add, twice, square };

NOINLINE static long handle(const struct job *job)
{
	if (nobody_defines_this)
		nobody_defines_this();
	return handlers[job->kind % 3](job);
}

static void *serve(void *arg)
{
	struct job job = { .name = arg };

	for (;;) {
		job.kind++;
		job.amount = job.kind % 10;
		mine += handle(&job) >= 0;
		pthread_mutex_lock(&lock);
		served++;
		total += mine > 0;
#ifdef NEW
		total += 0 * served;
#endif
		pthread_mutex_unlock(&lock);
		tick();
	}
	return NULL;
}

int main(void)
{
	pthread_t threads[3];
	struct job job = { .amount = 7, .name = "main" };

	alarm(120);
	setvbuf(stdout, NULL, _IOLBF, 0);
	for (int i = 0; i < 3; i++)
		pthread_create(&threads[i], NULL, serve, "worker");
	for (int n = 0;; n++) {
		long results[3];

		for (job.kind = 0; job.kind < 3; job.kind++)
			results[job.kind] = handle(&job);
		pthread_mutex_lock(&lock);
		printf("%s %ld %ld %ld %s n=%d\n", name_of(2), results[0], results[1], results[2],
		       served == total ? "whole" : "BAD", n);
		pthread_mutex_unlock(&lock);
		tick();
	}
}

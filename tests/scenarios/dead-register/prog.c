/*
 * work() waits in a loop where the old version has finished with the registers that it saved, and
 * the new version has not begun to use them.  An activation that is carried over, back and over
 * again must return to its caller with the caller's values: none may be taken from a register that
 * only an activation that began in the same version has.
 *
 * before: old n=\d+
 * after: new n=\d+
 * sequence: \bn=(\d+)
 */
#include <pthread.h>

#include "support.h"

static volatile int ticks;
static long n;
static long done;

static NOINLINE int waiting(void)
{
	tick();
	return ++ticks % 12 != 0;
}

#ifdef NEW
static NOINLINE long weigh(long from, long share)
{
	return from * 3 + share + opaque(from);
}
#else
static NOINLINE long count(long from)
{
	long sum = 0;

	for (long i = from; i < from + opaque(3); i++)
		sum += opaque(i) ^ opaque(sum);
	return sum;
}
#endif

static NOINLINE long work(long from)
{
	long result = done = opaque(from);
#ifndef NEW
	long a = opaque(5), b = opaque(6), c = opaque(7);

	for (long i = 0; i < 3; i++, a += b, b ^= c, c += a)
		result += count(result + i) * (i + 1);
	done = result + a + b + c;
#endif
	while (waiting())
		;
#ifdef NEW
	result = weigh(done, 1);
	for (long i = 0; i < 3; i++)
		result += weigh(result, i) * (i + 1);
	done = result;
#endif
	return done;
}

static void *worker(void *unused)
{
	long a = opaque(1), b = opaque(2), c = opaque(3), d = opaque(4), e = opaque(5);

	for (;;) {
		if (work(a) == opaque(-7) || a != 1 || b != 2 || c != 3 || d != 4 || e != 5)
			printf("BAD %ld %ld %ld %ld %ld\n", a, b, c, d, e);
		if (opaque(0))
			return unused;
	}
}

static NOINLINE void show(void)
{
#ifdef NEW
	printf("new n=%ld\n", n++);
#else
	printf("old n=%ld\n", n++);
#endif
}

int main(void)
{
	pthread_t thread;

	begin();
	if (pthread_create(&thread, NULL, worker, NULL) != 0)
		return 1;
	while (opaque(1)) {
		tick();
		show();
	}
	return 0;
}

/*
 * What a loop counts is kept in another form in NEW: an index where OLD has a pointer, one more or
 * less, wider, what is left instead of what is done.
 *
 * before: index old n=\d+
 * before: shifted old n=\d+
 * before: wider old n=\d+
 * before: left old n=\d+
 * after: index new n=\d+
 * after: shifted new \d+ n=\d+
 * after: wider new n=\d+
 * after: left new n=\d+ \d+
 * either: gcc-Os clang-O2
 * implied: n
 * sequence: (\w+) .*n=(\d+)
 */
#include "support.h"

#include <pthread.h>

#define COUNT 100000

static int numbers[COUNT];

NOINLINE long same(long value)
{
	return opaque(value);
}

/* OLD goes through the array by a pointer; NEW needs the index, too. */
static void *index_of(void *arg)
{
	(void)arg;
	for (int i = 0; i < COUNT; i++) {
		tick();
#ifdef NEW
		if (numbers[i] != i)
			printf("BAD %d at %d\n", numbers[i], i);
		printf("index new n=%d\n", i);
#else
		printf("index old n=%d\n", numbers[i]);
#endif
	}
	return NULL;
}

/* NEW keeps n + 1, too. */
static void *shifted(void *arg)
{
	(void)arg;
	for (int n = 0;; n++) {
		tick();
#ifdef NEW
		printf("shifted new %d n=%d\n", n + 1, n);
		if (same(n + 1) != n + 1 || same(n) != n)
			printf("BAD %d\n", n);
#else
		printf("shifted old n=%d\n", n);
#endif
	}
	return NULL;
}

/* NEW keeps a signed number in 64 bits. */
static void *wider(void *arg)
{
	(void)arg;
	for (int n = 0;; n++) {
		tick();
#ifdef NEW
		if (same(n) != n || same(2L * n) != 2L * n)
			printf("BAD %d\n", n);
		printf("wider new n=%d\n", n);
#else
		printf("wider old n=%d\n", n);
#endif
	}
	return NULL;
}

NOINLINE int left_of(int total)
{
	int done = 0;

	while (done < total) {
		tick();
#ifdef NEW
		printf("left new n=%d %d\n", done, total - done);
		if (same(total - done) + done != COUNT)
			printf("BAD %d\n", done);
#else
		printf("left old n=%d\n", done);
#endif
		done++;
	}
	return done;
}

static void *left(void *arg)
{
	(void)arg;
	left_of((int)opaque(COUNT));
	return NULL;
}

int main(void)
{
	static void *(*const loops[])(void *) = { index_of, shifted, wider, left };
	pthread_t threads[4];

	begin();
	for (int i = 0; i < COUNT; i++)
		numbers[i] = (int)opaque(i);
	for (int i = 0; i < 4; i++)
		pthread_create(&threads[i], NULL, loops[i], NULL);
	for (int i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
	return same(0) != 0;
}

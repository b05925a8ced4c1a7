/*
 * What a loop keeps from one round to the next: the address of an import, a count that one way
 * through the round leaves alone, one that is stepped elsewhere in the round, and an object that
 * begins where another one ends, given to two calls of one function.
 *
 * before: imported old n=\d+
 * before: skipping old n=\d+
 * before: earlier old n=\d+
 * before: beside old n=\d+
 * after: imported new n=\d+
 * after: skipping new n=\d+
 * after: earlier new n=\d+
 * after: beside new \d+ n=\d+
 * sequence: (\w+) .*n=(\d+)
 */
#include "support.h"

#include <pthread.h>
#include <string.h>
#include <unistd.h>

#ifdef NEW
#define VERSION "new"
#else
#define VERSION "old"
#endif

static int ends[2];

NOINLINE int same(int value)
{
	return (int)opaque(value);
}

/* clang keeps the address of stdout in a register. */
static void *imported(void *arg)
{
	(void)arg;
	for (int n = 0;; n++) {
		tick();
#ifdef NEW
		for (int i = 0; i < 3; i++) {
			same(i);
			fflush(stdout);
		}
#endif
		printf("imported %s n=%d\n", VERSION, n);
	}
	return NULL;
}

/* `skipped` is no second `n`, though one way through the round steps both. */
static void *skipping(void *arg)
{
	int n = 0;
#ifdef NEW
	int skipped = 0, rounds = 0;
#endif

	(void)arg;
	for (;;) {
		tick();
		printf("skipping %s n=%d\n", VERSION, n);
		n++;
#ifdef NEW
		if (skipped > same(rounds))
			printf("BAD skipped\n");
		rounds++;
		if (same(n) % 2 == 0) {
			same(skipped);
			continue;
		}
		if (same(n) % 3) {
			same(skipped + 1);
			skipped++;
			continue;
		}
		same(3);
#endif
	}
	return NULL;
}

/* Compilers step what is one behind before the call. */
static void *earlier(void *arg)
{
	(void)arg;
	for (int n = 0;; n++) {
		tick();
#ifdef NEW
		if (same(n - 1) != n - 1)
			same(0);
#endif
		printf("earlier %s n=%d\n", VERSION, n);
#ifdef NEW
		if (same(n - 1) != n - 1)
			printf("BAD earlier\n");
#endif
	}
	return NULL;
}

NOINLINE void count(int *seen, int n)
{
	seen[n & 3] += (int)opaque(1);
}

static void *beside(void *arg)
{
	char text[16];
#ifdef NEW
	int seen[4] = { 0 };
#endif

	(void)arg;
	while (read(ends[0], text, sizeof(text)) == sizeof(text)) {
		tick();
#ifdef NEW
		count(seen, atoi(text));
		printf("beside new %d n=%d\n", seen[0], atoi(text));
#else
		printf("beside old n=%d\n", atoi(text));
#endif
	}
	return NULL;
}

int main(void)
{
	static void *(*const functions[])(void *) = { imported, skipping, earlier, beside };
	pthread_t thread;

	begin();
	if (pipe(ends) != 0)
		return 1;
	for (int i = 0; i < 4; i++)
		pthread_create(&thread, NULL, functions[opaque(i)], NULL);
	for (int n = 0;; n++) {
		char text[16] = { 0 };

		snprintf(text, sizeof(text), "%d", n);
		if (write(ends[1], text, sizeof(text)) != sizeof(text))
			return 1;
		tick();
		tick(); /* the reader catches up: what is under way may be anything */
	}
}

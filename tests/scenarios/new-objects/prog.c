/*
 * Loops get objects in their frames that the old version does not have: each starts as the new
 * program starts it, and is then kept.  What a zeroed array counts in NEW is checked against what the
 * loop itself has counted since.
 *
 * before: zeroed old n=\d+
 * before: filled old n=\d+
 * before: named old n=\d+
 * before: large old n=\d+
 * before: last old n=\d+
 * before: address old n=\d+
 * after: zeroed new \d+ n=\d+
 * after: filled new 3 9 n=\d+
 * after: named new (zero|one|two) n=\d+
 * after: large new 7 n=\d+
 * after: last new -?\d+ n=\d+
 * after: address new n=\d+
 * either: -Os clang-O2
 * sequence: (\w+) .*n=(\d+)
 */
#include "support.h"

#include <pthread.h>

struct account {
	long count, bytes;
	char name[40];
};

NOINLINE void add_to(struct account *account, long bytes)
{
	account->count++;
	account->bytes += bytes;
}

NOINLINE int same(int value)
{
	return (int)opaque(value);
}

NOINLINE void bump(long *value)
{
	*value += opaque(1);
}

/* A structure and an array that are zeroed. */
static void *zeroed(void *arg)
{
	(void)arg;
#ifdef NEW
	struct account account = { 0 };
	int seen[8];

	memset(seen, 0, sizeof(seen));
#endif
	for (int n = 0;; n++) {
		tick();
#ifdef NEW
		int all = 0;

		add_to(&account, 1);
		seen[same(n) & 7]++;
		for (int i = 0; i < 8; i++)
			all += seen[i];
		if (all != account.count || account.name[same(3) & 7])
			printf("BAD %d %ld\n", all, account.count);
		printf("zeroed new %ld n=%d\n", account.count, n);
#else
		printf("zeroed old n=%d\n", n);
#endif
	}
	return NULL;
}

/* One with an initialiser. */
static void *filled(void *arg)
{
	(void)arg;
#ifdef NEW
	int weight[6] = { 3, 1, 4, 1, 5, 9 };
#endif
	for (int n = 0;; n++) {
		tick();
#ifdef NEW
		weight[1 + (same(n) & 3)]++;
		printf("filled new %d %d n=%d\n", weight[0], weight[5], n);
#else
		printf("filled old n=%d\n", n);
#endif
	}
	return NULL;
}

/* Addresses of the new version's texts. */
static void *named(void *arg)
{
	(void)arg;
#ifdef NEW
	const char *names[3] = { "zero", "one", "two" };
#endif
	for (int n = 0;; n++) {
		tick();
#ifdef NEW
		printf("named new %s n=%d\n", names[(unsigned)same(n) % 3], n);
#else
		printf("named old n=%d\n", n);
#endif
	}
	return NULL;
}

/* A large one, in a frame that grows by as much. */
static void *large(void *arg)
{
	(void)arg;
#ifdef NEW
	char page[3000];

	memset(page, 7, sizeof(page));
#endif
	for (int n = 0;; n++) {
		tick();
#ifdef NEW
		page[same(n) & 1023] = (char)same(1);
		for (int i = 1024; i < 3000; i++) {
			if (page[i] != 7)
				printf("BAD %d is %d\n", i, page[i]);
		}
		printf("large new %d n=%d\n", page[2000], n);
#else
		printf("large old n=%d\n", n);
#endif
	}
	return NULL;
}

/* A variable that is set anew in each round. */
static void *last(void *arg)
{
	(void)arg;
#ifdef NEW
	int previous = -1;
#endif
	for (int n = 0;; n++) {
		tick();
#ifdef NEW
		if (previous >= 0 && previous != n - 1)
			printf("BAD previous %d\n", previous);
		printf("last new %d n=%d\n", previous, n);
		previous = same(n);
#else
		printf("last old n=%d\n", n);
#endif
	}
	return NULL;
}

/* One that was in a register. */
static void *address(void *arg)
{
	long hits = opaque(0);

	(void)arg;
	for (int n = 0;; n++) {
		tick();
#ifdef NEW
		bump(&hits);
		printf("address new n=%ld\n", hits - 1);
#else
		hits += opaque(1);
		printf("address old n=%ld\n", hits - 1);
#endif
		if (hits != n + 1)
			printf("BAD hits %ld\n", hits);
	}
	return NULL;
}

int main(void)
{
	static void *(*const loops[])(void *) = { zeroed, filled, named, large, last, address };
	pthread_t threads[6];

	begin();
	for (int i = 0; i < 6; i++)
		pthread_create(&threads[i], NULL, loops[i], NULL);
	for (int i = 0; i < 6; i++)
		pthread_join(threads[i], NULL);
	return opaque(0) ? (bump(NULL), add_to(NULL, 0), 0) : 0;
}

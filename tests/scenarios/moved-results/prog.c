/*
 * Library functions have returned pointers into objects that move in the frame: one is about to be
 * returned, one is held while the thread waits, and one is null at times.
 *
 * before: line old n=\d+
 * before: value old n=\d+
 * after: line new \d+ n=\d+
 * after: value new \d+ n=\d+
 * sequence: (\w+) .*n=(\d+)
 */
#include "support.h"

#include <pthread.h>
#include <unistd.h>

static int ends[2];

NOINLINE void count(int *seen, int n)
{
	seen[n & 7] += (int)opaque(1);
}

/* The result is that of the call which is under way. */
static void *reader(void *arg)
{
	FILE *file = arg;
	char text[48];
#ifdef NEW
	int seen[8] = { 0 };
#endif

	for (;;) {
		char *line = fgets(text, sizeof(text), file);

		if (!line || line != text || strncmp(line, "line ", 5) != 0)
			printf("BAD line %s\n", line ? line : "none");
#ifdef NEW
		count(seen, atoi(line + 5));
		printf("line new %d n=%d\n", seen[0], atoi(line + 5));
#else
		printf("line old n=%d\n", atoi(line + 5));
#endif
	}
	return NULL;
}

/* The result is held over another call. */
static void *parser(void *arg)
{
	char text[48];
#ifdef NEW
	int seen[8] = { 0 };
#endif

	(void)arg;
	for (int n = 0;; n++) {
		char *value, *none;

		snprintf(text, sizeof(text), "key=%d", n);
		value = strchr(text, '=');
		none = strchr(text, '#');
		tick();
		if (none || !value || atoi(value + 1) != n)
			printf("BAD value\n");
#ifdef NEW
		count(seen, n);
		printf("value new %d n=%d\n", seen[0], atoi(value + 1));
#else
		printf("value old n=%d\n", atoi(value + 1));
#endif
	}
	return NULL;
}

int main(void)
{
	pthread_t threads[2];

	begin();
	if (pipe(ends) != 0)
		return 1;
	pthread_create(&threads[0], NULL, reader, fdopen(ends[0], "r"));
	pthread_create(&threads[1], NULL, parser, NULL);
	for (int n = 0;; n++) {
		tick();
		dprintf(ends[1], "line %d\n", n);
	}
}

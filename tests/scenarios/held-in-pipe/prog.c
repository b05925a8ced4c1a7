/*
 * A frame object moves while its address is under way in a pipe.
 *
 * before: old n=\d+
 * expect: refuse
 * reason: bytes under way in a pipe|is held in memory
 */
#include "support.h"

#include <unistd.h>

struct record {
	long n, more[20];
};

static int ends[2];

NOINLINE static void send(struct record *record)
{
	if (write(ends[1], &record, sizeof(record)) != sizeof(record))
		abort();
}

NOINLINE static void count(void)
{
	struct record *record;

	if (read(ends[0], &record, sizeof(record)) != sizeof(record))
		abort();
	record->n++;
	send(record);
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
	if (pipe(ends) != 0)
		abort();
	send(&record);
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

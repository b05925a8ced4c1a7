/*
 * A frame object whose address was given to a library moves, because the frame grows.  The library
 * keeps no pointer to it, which only a search at the stop can tell.
 *
 * before: old n=\d+
 * after: new n=\d+ ok=1 text=step-\d+
 * sequence: \bn=(\d+)
 */
#include "support.h"

#include <pthread.h>

struct record {
	int n, m;
	pthread_attr_t attributes;
	long last; /* a pointer to the end could be meant for what follows */
};

NOINLINE static void count(struct record *record)
{
	record->n++;
	record->m += 2;
}

/* Nobody knows what it does with its argument. */
static void (*volatile indirect)(struct record *) = count;

NOINLINE static void format(char *buffer, int n)
{
	sprintf(buffer, "step-%d", n);
}

int main(void)
{
	struct record record = { 0 };

	begin();
	pthread_attr_init(&record.attributes);
	for (;;) {
		indirect(&record);
		tick();
#ifdef NEW
		/* a stale word in it would look like a pointer to the record */
		char text[600] = "";

		format(text, record.n);
		printf("new n=%d ok=%d text=%s\n", record.n, record.m == 2 * record.n, text);
#else
		printf("old n=%d\n", record.n);
#endif
	}
}

/*
 * A frame object moves, because the frame grows, and its address is on the heap: whoever writes
 * through that pointer would write elsewhere.
 *
 * before: old n=\d+
 * expect: refuse
 * reason: 'record' of main, in which thread \d+ is, moves in the frame, and its address is held in
 * memory at 0x
 */
#include "support.h"

struct record {
	long n, more[20];
};

static struct record **volatile keeper;

NOINLINE static void keep(struct record *record)
{
	keeper = malloc(64);
	keeper[3] = record;
}

NOINLINE static void count(void)
{
	keeper[3]->n++;
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
	keep(&record);
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

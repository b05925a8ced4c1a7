/*
 * A frame object moves while a function that does not return has its address, in a register or on
 * the stack, and stores it now and then.
 *
 * before: old n=\d+
 * expect: refuse
 * reason: 'record' of main, .* moves in the frame, and its address is held
 */
#include "support.h"

struct record {
	long n, more[20];
};

static struct record *volatile keeper;

NOINLINE static void serve(struct record *record)
{
	for (;;) {
		for (int i = 0; i < 3; i++)
			tick();
		keeper = record;
		keeper->n++;
		printf("old n=%ld\n", record->n);
		keeper = NULL;
	}
}

static void (*volatile indirect)(struct record *) = serve;

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
	for (;;) {
		indirect(&record);
#ifdef NEW
		format(text, record.n);
		printf("new n=%ld text=%s\n", record.n, text);
#else
		format((char[32]){ 0 }, record.n);
#endif
	}
}

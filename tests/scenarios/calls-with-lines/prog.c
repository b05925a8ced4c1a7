/*
 * A function that is always in one of its calls of a logger, which pass the number of their line:
 * in the new version all numbers differ, and there is a call more. The texts, on the stack as the
 * seventh argument, say which call is which.
 *
 * before: old done n=\d+
 * after: new done n=\d+
 * either: gcc-Os
 * sequence: (done) n=(\d+)
 * sequence: (begun) n=(\d+)
 */
#include "support.h"

#ifdef NEW
#define VERSION "new"
#define MORE_LINES 10
#else
#define VERSION "old"
#define MORE_LINES 0
#endif

NOINLINE static void work(long n);

NOINLINE static void note(const char *file, int line, const char *function, int level, int flags,
			  long n, const char *text)
{
	tick();
	if (level != 7 - flags || !strstr(file, "prog") || !function[0])
		printf("BAD line=%d\n", line);
	printf(VERSION " %s n=%ld\n", text, n);
	tick();
	if (strcmp(text, "done") == 0)
		work(n + 1);
	tick(); /* no tail call */
}

#define NOTE(n, text) note(__FILE__, __LINE__ + MORE_LINES, __func__, 0, 7, n, text)

NOINLINE static void work(long n)
{
	NOTE(n, "begun");
#ifdef NEW
	if (n % 3 == 2)
		NOTE(n, "third");
#endif
	NOTE(n, "between");
	NOTE(n, "done");
}

int main(void)
{
	begin();
	note("program", 1, "-", 3, 4, -1, "start");
	work(0);
}

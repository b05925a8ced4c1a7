/*
 * A function whose code is the same in both versions, but for the line numbers that its checks pass
 * and a text: it waits in many places, with flags kept in a register, a choice made by a conditional
 * move, variable arguments in a save area, and an unnamed buffer in its frame.
 *
 * before: old \d+ [a-z]+ \d+
 * after: new \d+ [a-z]+ \d+
 * sequence: (?:old|new) (\d+) [a-z]+ \d+
 */
#include <stdarg.h>
#include <stdbool.h>

#include "support.h"

#ifdef NEW
#define VERSION "new"
#line 1020 "prog.c"
#else
#define VERSION "old"
#line 20 "prog.c"
#endif

static volatile long failures;

NOINLINE static void failed(const char *text, int line)
{
	failures++;
	printf("BAD %s in line %d\n", text, line);
}

#define CHECK(condition) ((condition) ? (void)0 : failed(#condition, __LINE__))

NOINLINE static long checked(int line, long n, ...)
{
	va_list rest;
	long sum = 0;

	va_start(rest, n);
	for (long i = 0; i < n; i++)
		sum += va_arg(rest, long);
	va_end(rest);
	if (line < 0)
		failed("line", line);
	tick();
	return sum;
}

NOINLINE static void turn(long number, long limit)
{
	char text[24];
	long low = number < limit ? number : limit, count = 0;
	bool is_even = number % 2 == 0;

	snprintf(text, sizeof(text), "%s", is_even ? "even" : "odd");
	for (long i = 0; i < low % 4 + 2; i++) {
		long least = i < low ? i : low;

		count += checked(__LINE__, 3, i, least, 1L) - i - least;
		CHECK(count == i + 1);
	}
	tick();
	CHECK(is_even == (number % 2 == 0));
	CHECK(low == (number < limit ? number : limit));
	checked(__LINE__, 2, low, number);
	CHECK(strcmp(text, is_even ? "even" : "odd") == 0);
	printf(VERSION " %ld %s %ld\n", number, text, count);
	tick();
}

int main(void)
{
	begin();
	for (long number = 0;; number++)
		turn(number, 100);
}

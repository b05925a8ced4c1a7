/*
 * Evaluates arithmetic by recursive descent: several activations of each function at a time.
 * The new version limits the depth, knows one more operator, and counts in another way.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#define NOINLINE __attribute__((noinline))

struct reader {
	const char *at;
	long reads;
};

NOINLINE static long sum(struct reader *reader, int depth);

NOINLINE static bool take(struct reader *reader, char wanted)
{
	while (*reader->at == ' ')
		reader->at++;
#ifdef NEW
	if (*reader->at == 0)
		return false;
#endif
	if (*reader->at != wanted)
		return false;
	reader->at++;
	reader->reads++;
	return true;
}

NOINLINE static long number(struct reader *reader, int depth)
{
	bool negative = take(reader, '-');
	long value;

#ifdef NEW
	if (depth > 1000)
		abort();
#endif
	if (take(reader, '(')) {
		value = sum(reader, depth + 1);
		if (!take(reader, ')'))
			printf("missing )\n");
	} else {
		char *end;

		value = strtol(reader->at, &end, 10);
		reader->at = end;
	}
	return negative ? -value : value;
}

NOINLINE static long product(struct reader *reader, int depth)
{
	long value = number(reader, depth);

	for (;;) {
		if (take(reader, '*')) {
			value *= number(reader, depth);
		} else if (take(reader, '/')) {
			long by = number(reader, depth);

			value = by ? value / by : 0;
#ifdef NEW
		} else if (take(reader, '%')) {
			long by = number(reader, depth);

			value = by ? value % by : 0;
#endif
		} else {
			return value;
		}
	}
}

NOINLINE static long sum(struct reader *reader, int depth)
{
	long value = product(reader, depth);

	while (true) {
		if (take(reader, '+'))
			value += product(reader, depth);
		else if (take(reader, '-'))
			value -= product(reader, depth);
		else
			break;
	}
#ifdef NEW
	if (depth > 900)
		printf("deep: %d\n", depth);
#endif
	return value;
}

int main(void)
{
	static const char *const lines[] = { "1 + 2 * 3", "(4 - 5) * -(6 + 7)",
					     "((2 + 3) * (4 + 5)) / (1 + 2)", "100 / (5 - 5) + -3",
					     "2 * (3 + (4 * (5 - 1)))" };
	long total = 0;

	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		struct reader reader = { lines[i], 0 };
		long value = sum(&reader, 0);

		total += value;
		printf("%s = %ld (%ld)\n", lines[i], value, reader.reads);
#ifdef NEW
		if (*reader.at)
			printf("left: %s\n", reader.at);
#endif
	}
	printf("total %ld\n", total);
	return 0;
}

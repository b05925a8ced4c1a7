/*
 * Waiting at one place: a new counter is in a frame slot, which the compiler's location list does
 * not name after the instruction that adds to it, and other slots hold an int at some times and a
 * pointer at others.
 *
 * before: old waits
 * after: new served \d+
 * reverted: old served \d+
 * compilers: gcc
 */
#include "support.h"

static volatile int kind;
static volatile int turn = 1;

struct place {
	const char *name;
	int from;
};

__attribute__((noinline)) static int version(void)
{
#ifdef NEW
	return kind + 2;
#else
	return kind + 1;
#endif
}

/* Only another version gets out of here. */
__attribute__((noinline)) static void wait_for_update(void)
{
	int seen = version();

	while (version() == seen) {
		puts(seen == 1 ? "old waits" : "new waits");
		tick();
	}
}

__attribute__((noipa)) static int width(const struct place *place)
{
	return (int)strlen(place->name) + place->from;
}

__attribute__((noipa)) static const char *tail(const struct place *place)
{
	return place->name + place->from;
}

__attribute__((noinline)) static void check(long found, long wanted)
{
	if (found != wanted)
		printf("BAD found=%ld wanted=%ld\n", found, wanted);
}

/* More is live in the loop than there are registers, and the counter is used least. */
__attribute__((noinline)) static void serve(const struct place *a, const struct place *b,
					    const struct place *c, const struct place *d,
					    const struct place *e, const struct place *f)
{
	int n = 0;
#ifdef NEW
	unsigned int commands = 0;
#endif

	for (;;) {
#ifdef NEW
		commands += 1 + (unsigned int)kind;
#endif
		if (turn % 2) {
			int first = width(a), second = width(b), third = width(c);

			wait_for_update();
			check(first + second + third, 4 + 3 + 6);
			check(width(d) + width(e) + width(f), 5 + 5 + 5);
			check(first + third + width(a) + width(b) + width(c), 4 + 6 + 4 + 3 + 6);
			check(second, 3);
		} else {
			const char *first = tail(a), *second = tail(b), *third = tail(c);

			wait_for_update();
			check(first[0] + second[0] + third[0], 'n' + 't' + 'h');
			check(tail(d)[0] + tail(e)[0] + tail(f)[0], 'o' + 'i' + 'x');
			check(first[0] + third[0] + tail(a)[0] + tail(b)[0] + tail(c)[0],
			      'n' + 'h' + 'n' + 't' + 'h');
			check(second[0], 't');
		}
		turn++;
#ifdef NEW
		check(commands > (unsigned int)n + 1, 0);
		printf("new served %d\n", n);
#else
		printf("old served %d\n", n);
#endif
		n++;
	}
}

int main(int argc, char **argv)
{
	struct place places[] = { { "one", 1 },	 { "two", 0 },	{ "three", 1 },
				  { "four", 1 }, { "five", 1 }, { "six", 2 } };

	(void)argc;
	(void)argv;
	begin();
	serve(&places[0], &places[1], &places[2], &places[3], &places[4], &places[5]);
	return 0;
}

/* Functions whose activations need much work: what the deliberately broken derivations are tried on. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static volatile int answers;
#define NOINLINE __attribute__((noinline, noclone))

int next(char *to, int room, int how);
void put(const char *text, long a, long b, long c);
int lock(int which);
long weigh(long what);
void describe(char *to, int room, long what);
void add(long a, const char *text);
void note(const char *text);
void note_two(const char *text, long a, long b, long c);

struct box {
	char text[40];
	long count;
};

/* Registers and slots change places; the object moves, since the frame grows. */
NOINLINE long gather(long first, long step, const char *name, long limit)
{
	struct box box;
	long total = first, rounds = 0, weight = step * 3;
#ifdef NEW
	long longest = 0;
#endif
	memset(&box, 0, sizeof(box));
	box.count = first;
	while (next(box.text, sizeof(box.text), 1)) {
		total += step;
		rounds++;
#ifdef NEW
		weigh(++longest);
#endif
		put(box.text, total, rounds, weight);
		put(name, first, step, limit);
		box.count += total;
	}
	put("end", box.count, total, rounds);
#ifdef NEW
	if (longest > 5) {
		char last[56];

		describe(last, sizeof(last), longest);
		note(last);
	}
#endif
	return total + limit;
}

/* A variable is widened. */
NOINLINE long widen(int start, int other)
{
#ifdef NEW
	long level = start;
#else
	int level = start;
#endif
	long sum = 0;

	while (next(NULL, 0, 2) == 1) {
		level -= other;
		put("level", level, other, sum);
		sum += level;
		lock(other);
	}
	put("last", level, sum, other);
	return sum;
}

/* The new version keeps constants in registers that the old one has at the places of use. */
NOINLINE long constants(long n)
{
	long sum = n;

	while (lock(1)) {
		put("one", 1234567890123, sum, n);
#ifdef NEW
		note_two("two", 1234567890123, 77, n);
		note_two("three", 1234567890123, 77, n);
#endif
		if (lock(2))
			put("four", 1234567890123, 77, n);
		sum += n;
	}
	return sum;
}

static const char *volatile kept_name;
static long *volatile kept_level;

static NOINLINE void keep(long number, const char *name, long *level)
{
	answers += (int)number;
	kept_name = name;
	kept_level = level;
}

/* The third argument is still in its register when the next call is made with two: it is none of its. */
NOINLINE long remember(long first, long second)
{
	long level = first, sum = 0;
#ifdef NEW
	long rounds = 0;
#endif
	keep(second, "level", &level);
	if (!second)
		add(first, "none");
	while (lock(3)) {
		put("remember", level, sum, second);
		sum += level;
#ifdef NEW
		rounds++;
#endif
	}
#ifdef NEW
	answers += (int)rounds;
#endif
	return sum + level;
}

int main(int argc, char **argv)
{
	(void)argv;
	remember(argc, 0);
	gather(argc, 2, "name", 9);
	widen(argc, 3);
	return (int)constants(argc);
}

NOINLINE int next(char *to, int room, int how)
{
	if (to)
		snprintf(to, (size_t)room, "%d", how);
	return answers++ % 3;
}

NOINLINE void put(const char *text, long a, long b, long c)
{
	printf("%s %ld %ld %ld\n", text, a, b, c);
}

NOINLINE int lock(int which)
{
	return answers++ % 4 == which;
}

NOINLINE long weigh(long what)
{
	return what * answers++;
}

NOINLINE void describe(char *to, int room, long what)
{
	snprintf(to, (size_t)room, "%ld", what);
}

NOINLINE void add(long a, const char *text)
{
	put(text, a, 0, 0);
}

NOINLINE void note(const char *text)
{
	puts(text);
}

NOINLINE void note_two(const char *text, long a, long b, long c)
{
	put(text, c, b, a);
}

/* A small program in two versions (-DNEW) that has something for every reader of the builder. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum colour { RED, GREEN = 5, BLUE };

struct item {
	struct item *next;
	char name[8];
	enum colour colour : 4;
	union {
		long number;
		double real;
	};
};

static struct item list[3] = { { &list[1], "one", RED, { 1 } }, { NULL, "two", BLUE, { 2 } } };
static __thread int per_thread = 3;
int counter;

static inline long twice(const struct item *item)
{
	long value = item->number;

	return value * 2;
}

__attribute__((noinline)) long choose(int which, char *text)
{
	char copy[16] = "";

	strncpy(copy, text, sizeof(copy) - 1);
	switch (which) {
	case 0:
		return twice(&list[0]);
	case 1:
		return puts(copy);
	case 2:
		return per_thread++;
	case 3:
		return counter += (int)strlen(copy);
	case 4:
		return getppid();
	case 5:
		return twice(&list[1]) + which;
#ifdef NEW
	case 6:
		return printf("%s\n", copy);
#endif
	}
	return -1;
}

int main(int argc, char **argv)
{
	long sum = 0;

	for (int i = 0; i < argc; i++) {
		sum += choose(i, argv[i]);
#ifdef NEW
		counter++;
#endif
	}
	return (int)sum;
}

/*
 * clang's DWARF says that rbx holds `i` in all of rounds(), although another loop counts in rbx
 * once `i` is done with. What the register holds there must not be taken from the variable.
 *
 * before: old n=\d+
 * after: new n=\d+
 * sequence: \bn=(\d+)
 * expect: either
 */
#include "support.h"

static volatile int sink;
static volatile unsigned char source;
static int turns;
static long n;

#if !defined(NEW) && defined(__clang__)
#define ALL_IN_MEMORY __attribute__((optnone))
#else
#define ALL_IN_MEMORY
#endif

static NOINLINE void mark(int place)
{
	if (place == 5)
		turns++;
	if (place > 3)
		tick();
}

static NOINLINE ALL_IN_MEMORY void rounds(void)
{
	unsigned char list[3];
	unsigned char first;
	short left;
	int i;

	for (i = 0; i < 3; i++) {
		mark(1);
		list[i] = 7;
	}
	first = source;
	mark(2);
	mark(3);
	sink = first;
	mark(4);
	sink = list[1];
	for (left = 2; left >= 0; left -= 1) {
		mark(5);
		mark(6);
	}
}

static NOINLINE void say(void)
{
#ifdef NEW
	printf("new n=%ld\n", n++);
#else
	printf("old n=%ld\n", n++);
#endif
}

int main(void)
{
	begin();
	for (;;) {
		turns = 0;
		rounds();
		if (turns != 3)
			printf("BAD %d turns\n", turns);
		say();
	}
}

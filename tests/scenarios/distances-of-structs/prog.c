/*
 * A table of the addresses of constants, of which clang makes one of distances; one of the constants
 * changes, and the table's code does not.
 *
 * before: old two=2 three=3
 * after: new two=2 three=33
 */
#include "support.h"

struct number {
	int value;
	char text[8];
};

#ifdef NEW
#define THREE 33
#else
#define THREE 3
#endif

static const struct number one = { 1, "one" }, two = { 2, "two" }, three = { THREE, "three" };

NOINLINE static const struct number *number(unsigned n)
{
	switch (n) {
	case 1:
		return &one;
	case 2:
		return &two;
	case 3:
		return &three;
	case 4:
		return &two;
	default:
		return &one;
	}
}

NOINLINE static void step(void)
{
	const struct number *a = number((unsigned)opaque(2)), *b = number((unsigned)opaque(3));

#ifdef NEW
	printf("new %s=%d %s=%d\n", a->text, a->value, b->text, b->value);
#else
	printf("old %s=%d %s=%d\n", a->text, a->value, b->text, b->value);
#endif
}

int main(void)
{
	begin();
	for (;;) {
		step();
		tick();
	}
}

/*
 * A table of assembly holds numbers, which change.
 *
 * before: 10 200 3000
 * after: 11 200 3333
 */
#include "support.h"

extern const int numbers[];
__asm__(".pushsection .rodata\n"
	".balign 4\n"
#ifdef NEW
	"numbers: .long 11, 200, 3333, 4, 5, 6\n"
#else
	"numbers: .long 10, 200, 3000, 4, 5, 6\n"
#endif
	".popsection");

NOINLINE static int number(int i)
{
	return numbers[i];
}

int main(void)
{
	begin();
	for (;;) {
		int first = (int)opaque(0);

		printf("%d %d %d\n", number(first), number(first + 1), number(first + 2));
		tick();
	}
}

/*
 * A variable alone leads to the table.
 *
 * before: one two
 * expect: refuse
 * reason: changed, and has no type
 */
#include "support.h"

extern const int names[];
__asm__(".pushsection .rodata\n"
	".L_one: .asciz \"one\"\n"
	".L_two: .asciz \"two\"\n"
	".balign 4\n"
#ifdef NEW
	"names: .long .L_two - names, .L_one - names\n"
#else
	"names: .long .L_one - names, .L_two - names\n"
#endif
	".popsection");

const int *volatile current = names;

int main(void)
{
	begin();
	for (;;) {
		const int *table = current;

		printf("%s %s\n", (const char *)table + table[0], (const char *)table + table[1]);
		tick();
	}
}

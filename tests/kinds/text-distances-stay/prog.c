/*
 * The table and its texts stay as they are, though the code around them changes.
 *
 * before: one two one .
 * after: one two one and more
 */
#include "names.h"

__asm__(".pushsection .rodata\n"
	".L_one: .asciz \"one\"\n"
	".L_two: .asciz \"two\"\n"
	".balign 4\n"
	"names: .long 1, .L_one - names, 2, .L_two - names, 3, .L_one - names\n"
	".popsection");

NOINLINE static void show(int first)
{
#ifdef NEW
	printf("%s %s %s and more\n", name(first), name(first + 1), name(first + 2));
#else
	printf("%s %s %s .\n", name(first), name(first + 1), name(first + 2));
#endif
}

int main(void)
{
	begin();
	for (;;) {
		show((int)opaque(1));
		tick();
	}
}

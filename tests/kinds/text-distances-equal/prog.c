/*
 * The numbers are the same, and lead to another text.
 *
 * before: one two one
 * expect: refuse
 * reason: holds distances
 */
#include "names.h"

__asm__(".pushsection .rodata\n"
#ifdef NEW
	".L_one: .asciz \"ONE\"\n"
#else
	".L_one: .asciz \"one\"\n"
#endif
	".L_two: .asciz \"two\"\n"
	".balign 4\n"
#ifdef NEW
	"names: .long 1, .L_one - names, 2, .L_two - names, 3, .L_one - names\n"
#else
	"names: .long 1, .L_one - names, 2, .L_two - names, 3, .L_one - names\n"
#endif
	".popsection");

int main(void)
{
	say_names();
}

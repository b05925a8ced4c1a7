/*
 * The last one of the distances changes alone.
 *
 * before: one two one
 * expect: refuse
 * reason: holds distances
 */
#include "names.h"

__asm__(".pushsection .rodata\n"
	".L_one: .asciz \"one\"\n"
	".L_two: .asciz \"two\"\n"
	".balign 4\n"
#ifdef NEW
	"names: .long 1, .L_one - names, 2, .L_two - names, 3, .L_two - names\n"
#else
	"names: .long 1, .L_one - names, 2, .L_two - names, 3, .L_one - names\n"
#endif
	".popsection");

int main(void)
{
	say_names();
}

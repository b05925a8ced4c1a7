/*
 * The distances count from the label, whose name could be a linker's.
 *
 * before: one two one
 * expect: refuse
 * reason: holds distances
 */
#define names __names
#include "names.h"

__asm__(".pushsection .rodata\n"
	".L_one: .asciz \"one\"\n"
	".L_two: .asciz \"two\"\n"
	".balign 4\n"
#ifdef NEW
	"__names: .long 1, .L_one - __names, 2, .L_two - __names, 3, .L_two - __names\n"
#else
	"__names: .long 1, .L_one - __names, 2, .L_two - __names, 3, .L_one - __names\n"
#endif
	".popsection");

int main(void)
{
	say_names();
}

/*
 * The distances count from the label, whose name could be a linker's.
 *
 * before: one two one
 * expect: refuse
 * reason: holds distances
 */
#include "support.h"

struct entry {
	int key, name;
};
extern const struct entry __names[];
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

NOINLINE static const char *name(int key)
{
	for (int i = 0; i < 3; i++) {
		if (__names[i].key == key)
			return (const char *)__names + __names[i].name;
	}
	return "?";
}

int main(void)
{
	begin();
	for (;;) {
		int first = (int)opaque(1);

		printf("%s %s %s\n", name(first), name(first + 1), name(first + 2));
		tick();
	}
}

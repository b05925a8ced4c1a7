/*
 * The numbers are the same, and lead to another text.
 *
 * before: one two one
 * expect: refuse
 * reason: holds distances
 */
#include "support.h"

struct entry {
	int key, name;
};
extern const struct entry names[];
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

NOINLINE static const char *name(int key)
{
	for (int i = 0; i < 3; i++) {
		if (names[i].key == key)
			return (const char *)names + names[i].name;
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

/*
 * A table of assembly of distances to texts, each from where it stands, under a label without type.
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
	".L_one: .asciz \"one\"\n"
	".L_two: .asciz \"two\"\n"
	".balign 4\n"
#ifdef NEW
	".asciz \"longer\"\n"
	".balign 4\n"
	"names: .long 1, .L_one - ., 2, .L_two - ., 3, .L_two - .\n"
#else
	"names: .long 1, .L_one - ., 2, .L_two - ., 3, .L_one - .\n"
#endif
	".popsection");

NOINLINE static const char *name(int key)
{
	for (int i = 0; i < 3; i++) {
		if (names[i].key == key)
			return (const char *)&names[i].name + names[i].name;
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

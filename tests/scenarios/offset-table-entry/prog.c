/*
 * The new code takes a variable's address from the global offset table, in an instruction that the
 * linker cannot turn into a plain address (clang does so with cmov): the entry is copied, and not
 * what stands behind it in the table.
 *
 * before: chosen=first n=\d+
 * after: chosen=second n=\d+
 * sequence: \bn=(\d+)
 */
#include "support.h"

const char *names[] = { "first", "second" };

NOINLINE static const char *choose(int i)
{
	const char **chosen = names;

	if (opaque(i))
		return "BAD";
#ifdef NEW
	/* cmove names@GOTPCREL(%rip): always, since i is 0 */
	__asm__("test %1, %1\n\tcmove names@GOTPCREL(%%rip), %0" : "+r"(chosen) : "r"(i) : "cc");
	chosen++;
#endif
	return *chosen;
}

int main(void)
{
	begin();
	for (int n = 0;; n++) {
		printf("chosen=%s n=%d\n", choose(0), n);
		tick();
	}
}

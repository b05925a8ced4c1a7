/*
 * An interpreter with a computed goto runs for ever in the changed function.
 *
 * before: old acc=\d+ n=\d+
 * after: new acc=\d+ n=\d+
 * sequence: \bn=(\d+)
 * expect: either
 */
#include "support.h"

int main(void)
{
	static const unsigned char program[] = { 0, 1, 2, 0, 3 };
	static const void *const table[] = { &&add, &&sleep, &&twice, &&print };
	unsigned acc = 0, pc = 0;
	int n = 0;

	begin();
next:
	goto *table[program[pc++ % sizeof(program)]];
add:
	acc += 3;
	goto next;
sleep:
	tick();
	goto next;
twice:
	acc = (acc * 2) & 0xffff;
	goto next;
print:
#ifdef NEW
	printf("new acc=%u n=%d\n", acc, n++);
#else
	printf("old acc=%u n=%d\n", acc, n++);
#endif
	goto next;
}

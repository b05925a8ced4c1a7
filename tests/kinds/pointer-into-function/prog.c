/*
 * A variable of assembly holds an address in the middle of a function.
 *
 * before: 2 1
 * expect: refuse
 * reason: 'resume' holds an address inside of it
 */
#include "support.h"

extern void *resume;
__asm__(".pushsection .data\n"
	".globl resume\n"
	".type resume, @object\n"
	".balign 8\n"
	"resume: .quad spot\n"
	".size resume, 8\n"
	".popsection");

NOINLINE static long work(long x)
{
	long result = opaque(x);

	__asm__ volatile("spot: nop" ::: "memory");
#ifdef NEW
	return result + 1000;
#else
	return result + 1;
#endif
}

int main(void)
{
	begin();
	for (;;) {
		printf("%ld %d\n", work(1), resume != NULL);
		tick();
	}
}

/*
 * A restartable sequence: its descriptor has addresses inside of the function.
 *
 * before: 1 [1-9]\d*
 * after: 1001 [1-9]\d*
 */
#include "support.h"

#include <linux/rseq.h>
#include <stddef.h>
#include <sys/rseq.h>

/* glibc registers struct rseq at a fixed distance from the thread pointer; its signature is RSEQ_SIG. */
static struct rseq *area(void)
{
	return (struct rseq *)((char *)__builtin_thread_pointer() + __rseq_offset);
}

NOINLINE static long add(long *counter, struct rseq *rseq)
{
	long done = 0;

	__asm__ volatile(
		".pushsection __rseq_cs, \"aw\"\n"
		".balign 32\n"
		"3: .long 0, 0\n"
		".quad 1f, 2f - 1f, 4f\n"
		".popsection\n"
		"	lea 3b(%%rip), %%rax\n"
		"	mov %%rax, %c[cs](%[rseq])\n"
		"1:	mov (%[counter]), %%rax\n"
		"	inc %%rax\n"
		"	mov %%rax, (%[counter])\n"
		"2:	mov $1, %[done]\n"
		"	jmp 5f\n"
		"	.byte 0x0f, 0xb9, 0x3d\n"
		"	.long 0x53053053\n"
		"4:\n"
		"5:\n"
		: [done] "+r"(done)
		: [counter] "r"(counter), [rseq] "r"(rseq), [cs] "i"(offsetof(struct rseq, rseq_cs))
		: "rax", "memory");
#ifdef NEW
	return done + 1000;
#else
	return done;
#endif
}

int main(void)
{
	long counter = 0, result = 0;

	begin();
	for (;;) {
		for (int i = 0; i < 1000; i++)
			result = add(&counter, area());
		printf("%ld %ld\n", result, counter);
		tick();
	}
}

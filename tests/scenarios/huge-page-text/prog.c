/*
 * The program has moved its code to huge pages of anonymous memory, as some servers do.
 *
 * before: old n=\d+
 * after: new n=\d+
 * sequence: \bn=(\d+)
 * ldflags: -Wl,-z,max-page-size=0x200000
 */
#include "support.h"

#include <string.h>
#include <sys/mman.h>

#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE 25
#endif

#define HUGE (2ul << 20)

/* Code to fill huge pages with. */
__asm__(".pushsection .text.filler, \"ax\", @progbits\n"
	".fill 0x600000, 1, 0xcc\n"
	".popsection");

static void move(char *at)
{
	char *room =
		mmap(NULL, 2 * HUGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char *page = (char *)(((unsigned long)room + HUGE - 1) & -HUGE);

	madvise(page, HUGE, MADV_HUGEPAGE);
	memcpy(page, at, HUGE);
	madvise(page, HUGE, MADV_COLLAPSE);
	if (mprotect(page, HUGE, PROT_READ | PROT_EXEC) ||
	    mremap(page, HUGE, HUGE, MREMAP_MAYMOVE | MREMAP_FIXED, at) != at)
		printf("BAD mremap\n");
}

/* What runs meanwhile stays mapped until it is replaced by the same. */
__attribute__((noinline)) static void move_text(const void *code)
{
	char *at = (char *)((unsigned long)code & -HUGE);

	move(at);
	move(at + HUGE);
}

__attribute__((noinline)) static void loop(void)
{
	for (int n = 0;; n++) {
		tick();
#ifdef NEW
		printf("new n=%d\n", n);
#else
		printf("old n=%d\n", n);
#endif
	}
}

int main(void)
{
	begin();
	move_text(main);
	loop();
}

/*
 * A table of fault fix-ups, as the kernel has them, in a section of its own.
 *
 * before: -14 2005
 * expect: refuse
 * reason: section 'fixups' holds an address inside of it
 */
#include "support.h"

#include <signal.h>
#include <ucontext.h>

struct fixup {
	int at, to;
};
extern const struct fixup __start_fixups[], __stop_fixups[];

static void on_fault(int signal, siginfo_t *info, void *context)
{
	greg_t *regs = ((ucontext_t *)context)->uc_mcontext.gregs;

	(void)signal;
	(void)info;
	for (const struct fixup *f = __start_fixups; f < __stop_fixups; f++) {
		if ((unsigned long)&f->at + (unsigned long)(long)f->at ==
		    (unsigned long)regs[REG_RIP]) {
			regs[REG_RIP] =
				(greg_t)((unsigned long)&f->to + (unsigned long)(long)f->to);
			return;
		}
	}
	abort();
}

NOINLINE static int get(const int *from, int *ret)
{
	int failed = 0, value = 0;

	__asm__ volatile("1: mov (%2),%1\n"
			 "	jmp 2f\n"
			 "3:	mov $-14,%0\n"
			 "2:\n"
			 ".pushsection fixups,\"a\"\n.balign 4\n.long 1b - ., 3b - .\n.popsection"
			 : "+r"(failed), "+r"(value)
			 : "r"(from));
#ifdef NEW
	*ret = value + 1000;
#else
	*ret = value + 2000;
#endif
	return failed;
}

int main(void)
{
	struct sigaction action = { .sa_sigaction = on_fault, .sa_flags = SA_SIGINFO };
	int number = 5, value, failed;

	sigaction(SIGSEGV, &action, NULL);
	begin();
	for (;;) {
		failed = get((const int *)opaque(8), &value);
		get(&number, &value);
		printf("%d %d\n", failed, value);
		tick();
	}
}

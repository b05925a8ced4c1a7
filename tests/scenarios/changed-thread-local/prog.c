/*
 * A thread-local variable changes its type: this must be refused.
 *
 * before: old n=\d+
 * sequence: \bn=(\d+)
 * expect: refuse
 * reason: thread|TLS|layout|type
 */
#include "support.h"

#ifdef NEW
static __thread struct {
	long a, b, c;
} state;
#else
static __thread struct {
	int a;
} state;
#endif

NOINLINE static void step(int n)
{
#ifdef NEW
	printf("BAD new n=%d state=%ld\n", n, (long)(state.a++ + state.c++));
#else
	printf("old n=%d\n", n);
	state.a++;
#endif
}

int main(void)
{
	begin();
	for (int n = 0;; n++) {
		step(n);
		tick();
	}
}

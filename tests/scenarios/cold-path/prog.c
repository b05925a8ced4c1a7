/*
 * A changed function has an unlikely error path, which compilers split off, and is active there.
 *
 * before: old error n=\d+
 * before: old fine n=\d+
 * after: new error n=\d+
 * after: new fine n=\d+
 * sequence: \bn=(\d+)
 */
#include "support.h"

NOINLINE __attribute__((cold)) static void complain(const char *version, int n)
{
	tick();
	printf("%s error n=%d\n", version, n);
	tick();
}

NOINLINE static void step(int n)
{
	if (__builtin_expect(n % 4 == 3, 0)) {
		tick();
#ifdef NEW
		complain("new", n);
#else
		complain("old", n);
#endif
		return;
	}
	tick();
#ifdef NEW
	printf("new fine n=%d\n", n);
#else
	printf("old fine n=%d\n", n);
#endif
}

int main(void)
{
	begin();
	for (int n = 0;; n++)
		step(n);
}

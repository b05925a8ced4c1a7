/*
 * The call in which an endless loop waits nearly all the time is gone from the new version.
 *
 * pairing: call-removed
 * before: old n=\d+
 * after: new n=\d+
 * sequence: \bn=(\d+)
 */
#include "support.h"

NOINLINE void settle(int n)
{
	if (n >= 0)
		for (int i = 0; i < 5; i++)
			tick();
}

NOINLINE void show(const char *version, int n)
{
	printf("%s n=%d\n", version, n);
	if (version[0] == 'n')
		tick();
}

NOINLINE void serve(void)
{
	for (int n = 0;; n++) {
#ifdef NEW
		show("new", n);
#else
		settle(n);
		show("old", n);
#endif
	}
}

int main(int argc, char **argv)
{
	begin();
	if (argc > 5)
		settle(argv[1][0]);
	serve();
}

/*
 * The new version of an endless loop waits nearly all the time in a call that the old one does not
 * make; on the way back the call is gone.
 *
 * pairing: call-added
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
	if (version[0] == 'o')
		tick();
}

NOINLINE void serve(void)
{
	for (int n = 0;; n++) {
#ifdef NEW
		settle(n);
		show("new", n);
#else
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

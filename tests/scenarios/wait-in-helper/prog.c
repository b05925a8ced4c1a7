/*
 * The call in which an endless loop waits moved into a helper, which takes other arguments and
 * hands on its result.
 *
 * pairing: helper
 * before: old got=3 n=\d+
 * after: new got=3 n=\d+
 * sequence: \bn=(\d+)
 */
#include "support.h"

NOINLINE int wait_for(int what, int how)
{
	for (int i = 0; i < how; i++)
		tick();
	return what > 0 ? how : -1;
}

#ifdef NEW
NOINLINE int wait_next(void)
{
	return wait_for(7, 3);
}
#endif

NOINLINE void serve(void)
{
	for (int n = 0;; n++) {
#ifdef NEW
		int got = wait_next();
		printf("new got=%d n=%d\n", got, n);
#else
		int got = wait_for(7, 3);
		printf("old got=%d n=%d\n", got, n);
#endif
		if (got != 3)
			printf("BAD got=%d\n", got);
	}
}

int main(int argc, char **argv)
{
	begin();
	if (argc > 5)
		return wait_for(argv[0][0], argc);
	serve();
}

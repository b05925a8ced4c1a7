/*
 * The call at which an endless loop waits is gone from the new version, with the lock around it:
 * the specification says where to go on.
 *
 * spec: update.spec
 * before: old n=\d+
 * after: new n=\d+ locked=0
 * sequence: \bn=(\d+)
 */
#include "support.h"

int locked;

NOINLINE void set_lock(int value)
{
	locked = (int)opaque(value);
}

NOINLINE void pause_in_lock(int n)
{
	if (n >= 0)
		tick();
}

NOINLINE void show(const char *version, int n)
{
#ifdef NEW
	printf("%s n=%d locked=%d\n", version, n, locked);
#else
	printf("%s n=%d\n", version, n);
#endif
	tick();
}

int main(void)
{
	begin();
#ifdef NEW
	for (int n = 0;; n++) {
		if (locked)
			set_lock(0);
		show("new", n);
	}
#else
	for (int n = 0;; n++) {
		set_lock(1);
		pause_in_lock(n);
		set_lock(0);
		show("old", n);
	}
#endif
}

/*
 * What has read a member of a structure that changed has no variable that leads to one: a function gives it what
 * does, and it waits then.
 *
 * spec: types.spec
 * before: one=\d+ n=\d+
 * expect: refuse
 * reason: it has or points to objects of a type whose layout changed
 */
#include "support.h"

struct settings {
#ifdef NEW
	long two, one;
#else
	long one, two;
#endif
	char pad[80];
};

struct mover {
	struct settings *given;
};

static struct settings settings;
static void *mover;

NOINLINE static struct mover *current(void)
{
	struct mover *found = mover;

	found->given = (struct settings *)((char *)&settings + opaque(0));
	return found;
}

NOINLINE static void set_up(void)
{
	mover = calloc(1, sizeof(struct mover));
	settings.one = opaque(1);
	settings.two = opaque(2);
}

NOINLINE static void forget(void)
{
	memset(mover, 0, (size_t)opaque(8));
}

int main(void)
{
	begin();
	set_up();
	for (int n = 0;; n++) {
		long one = current()->given->one;

		forget();
		tick();
		printf("one=%ld n=%d\n", one, n);
	}
}

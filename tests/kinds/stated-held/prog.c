/*
 * The specification says that there is no object of a structure type but variables: so it is, and memory points
 * to one of them.
 *
 * spec: types.spec
 * before: hits=\d+ n=\d+
 * expect: refuse
 * reason: 'settings' gets another place, and its address is held
 */
#include "support.h"

struct settings {
#ifdef NEW
	int fresh;
#endif
	int hits;
	char pad[92];
};

struct mover {
	struct settings *given;
};

static struct settings settings;
static struct mover *mover;

NOINLINE static void set_up(struct settings *given)
{
	mover = calloc(1, sizeof(struct mover));
	mover->given = given;
}

NOINLINE static int count(void)
{
#ifdef NEW
	mover->given->fresh++;
#endif
	return ++mover->given->hits;
}

int main(void)
{
	begin();
	set_up((struct settings *)((char *)&settings + opaque(0)));
	for (int n = 0;; n++) {
		printf("hits=%d n=%d\n", count(), n);
		tick();
	}
}

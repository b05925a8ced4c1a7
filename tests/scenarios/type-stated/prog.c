/*
 * A structure type that changed: memory of its size is asked for, and a member of another structure may point to
 * one. The specification says that there is none but the variable, which is converted.
 *
 * spec: types.spec
 * before: old level=3 hits=\d+ n=\d+
 * after: new level=3 hits=\d+ fresh=\d+ n=\d+
 * sequence: hits=(\d+)
 * sequence: \bn=(\d+)
 */
#include "support.h"

struct settings {
#ifdef NEW
	int fresh;
#endif
	int hits;
	int level;
	int turns; /* where the new version has `level`, which another function writes there */
	char pad[88];
};

struct mover {
	int rounds;
	struct settings *given;
};

static struct settings settings;
static struct mover *mover;

NOINLINE static void set_up(struct settings *given)
{
	given->level = opaque(3);
	mover = calloc(1, sizeof(struct mover));
	free(calloc(1 + opaque(0), sizeof(struct settings)));
}

NOINLINE static void move(void)
{
	struct mover *from = mover;

	from->given = (struct settings *)((char *)&settings + opaque(0));
	from->given->hits++;
#ifdef NEW
	from->given->fresh++;
#endif
	from->given = NULL;
	if (++from->rounds != settings.hits)
		printf("BAD rounds\n");
}

NOINLINE static void show(int n)
{
	if (settings.turns != 7)
		printf("BAD turns\n");
#ifdef NEW
	settings.level = (int)opaque(3);
	printf("new level=%d hits=%d fresh=%d n=%d\n", settings.level, settings.hits,
	       settings.fresh, n);
#else
	printf("old level=%d hits=%d n=%d\n", settings.level, settings.hits, n);
#endif
}

int main(void)
{
	begin();
	set_up((struct settings *)((char *)&settings + opaque(0)));
	settings.turns = (int)opaque(7);
	for (int n = 0;; n++) {
		move();
		show(n);
		tick();
	}
}

/*
 * The new version takes and gives back by a table of functions.
 *
 * before: old
 * expect: refuse
 * reason: undoes it behind it
 */
#include "serving.h"

#include <stdlib.h>

struct object {
	const struct operations *operations;
	int taken;
};

struct operations {
	void (*take)(struct object *);
	void (*give)(struct object *);
};

static void take(struct object *object)
{
	object->taken++;
}

static void give(struct object *object)
{
	if (object->taken-- <= 0)
		abort();
}

static const struct operations operations = { take, give };

NOINLINE static int step(struct object *object)
{
#ifdef NEW
	object->operations->take(object);
#endif
	serve();
#ifdef NEW
	object->operations->give(object);
#endif
	return object->taken;
}

int main(void)
{
	struct object *object = calloc(1, sizeof(*object));

	begin();
	object->operations = opaque(1) ? &operations : NULL;
	object->operations->take(object);
	object->operations->give(object);
	for (;;)
		printf("%d\n", step(object));
}

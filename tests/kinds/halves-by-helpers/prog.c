/*
 * The new version takes an object in one function, and gives it back in another one.
 *
 * before: old
 * expect: refuse
 * reason: undoes it behind it
 */
#include "serving.h"

#include <stdlib.h>

struct object {
	long number;
	int taken;
};

NOINLINE static void take(struct object *object)
{
	if (object->taken)
		abort();
	object->taken = 1;
}

NOINLINE static void give(struct object *object)
{
	if (!object->taken)
		abort();
	object->taken = 0;
}

NOINLINE static long step(struct object *object)
{
#ifdef NEW
	take(object);
#endif
	serve();
#ifdef NEW
	give(object);
#endif
	return object->number;
}

int main(void)
{
	struct object *object = calloc(1, sizeof(*object));

	begin();
	take(object);
	give(object);
	for (;;)
		printf("%ld\n", step(object));
}

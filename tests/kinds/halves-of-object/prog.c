/*
 * The new version counts the users of an object, which the last one frees.
 *
 * before: old
 * expect: refuse
 * reason: undoes it behind it
 */
#include "serving.h"

#include <stdlib.h>

struct object {
	long number;
	int users;
};

NOINLINE static int step(struct object *object)
{
#ifdef NEW
	object->users++;
#endif
	serve();
#ifdef NEW
	if (--object->users == 0)
		free(object);
#endif
	return (int)object->number;
}

int main(void)
{
	struct object *object = calloc(1, sizeof(*object));

	begin();
	object->users = 1;
	for (;;)
		printf("%d\n", step(object));
}

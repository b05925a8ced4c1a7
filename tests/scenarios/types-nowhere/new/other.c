#include "support.h"

struct record {
	long since;
	long id;
};

static struct record *kept;

void step(int n)
{
	if (!kept) {
		kept = calloc(2, sizeof(*kept));
		kept->id = 1;
	}
	kept->since++;
	printf(kept->id == 1 ? "old id=1 n=%d\n" : "BAD id n=%d\n", n);
}

/*
 * A function that never returns and does not change holds a pointer to a constant in its frame, and
 * another constant, of no whole number of words, is read by code that stays as it is.
 *
 * before: limit 10 name first. tail 1 n=\d+
 * after: limit 20 name second tail 2 n=\d+
 * sequence: \bn=(\d+)
 */
#include "support.h"

struct config {
	long limit;
	char name[11];
};

#ifdef NEW
static const struct config config = { 20, "second" };
static const unsigned char marks[13] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2 };
#else
static const struct config config = { 10, "first." };
static const unsigned char marks[13] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1 };
#endif

NOINLINE static void serve(const struct config *mine, const unsigned char *last)
{
	for (int n = 0;; n++) {
		printf("limit %ld name %s tail %d n=%d\n", mine->limit, mine->name, *last, n);
		tick();
	}
}

int main(void)
{
	begin();
	serve((const struct config *)opaque((long)&config),
	      (const unsigned char *)opaque((long)&marks[12]));
}

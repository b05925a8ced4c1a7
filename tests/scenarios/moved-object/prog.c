/*
 * An active changed function gave the address of a local structure to functions of the program,
 * directly, through another one, and recursively; none keeps it. The new frame has the structure
 * in another place.
 *
 * before: old total=\d+ n=\d+
 * after: new total=\d+ n=\d+
 * sequence: \bn=(\d+)
 */
#include "support.h"

struct tally {
	long count;
	long steps[6];
};

NOINLINE static struct tally *last_of(struct tally *tally)
{
	tally->steps[5]++;
	return tally;
}

NOINLINE static int spread(struct tally *tally, int depth)
{
	if (depth > 5)
		return 0;
	tally->steps[depth]++;
	tick();
	return spread(tally, depth + 1) + 1;
}

NOINLINE static void add(struct tally *tally, int by)
{
	struct tally *same = last_of(tally);

	same->count += by;
	spread(same, by);
}

int main(void)
{
	struct tally tally = { 0 };

	begin();
	for (int n = 0;; n++) {
#ifdef NEW
		char text[72];

		add(&tally, 1);
		snprintf(text, sizeof(text), "total=%ld", tally.count);
#else
		add(&tally, 1);
#endif
		if (tally.count != n + 1 || tally.steps[1] != n + 1 || tally.steps[0] != 0 ||
		    tally.steps[5] != 2 * (n + 1))
			printf("BAD total=%ld\n", tally.count);
#ifdef NEW
		printf("new %s n=%d\n", text, n);
#else
		printf("old total=%ld n=%d\n", tally.count, n);
#endif
	}
}

/*
 * What the new version does before and after a wait need not belong together: it writes twice, sets a
 * flag, and counts what begins and what ends.
 *
 * before: old
 * after: new
 */
#include "serving.h"

static int begun, ended;
static int state;
static char line[80];

NOINLINE static void note(const char *what)
{
	snprintf(line, sizeof(line), "%s %d", what, begun - ended);
}

NOINLINE static int step(int n)
{
#ifdef NEW
	note("begin");
	fprintf(stderr, "%s\n", line);
	begun++;
	state = 1;
#endif
	serve();
#ifdef NEW
	state = 2;
	ended++;
	note("end");
	fflush(stderr);
#endif
	return n + 1;
}

int main(void)
{
	begin();
	begun = ended = state = (int)opaque(0);
	for (int n = 0;; n = step(n)) {
		note("main");
		printf("%s %d\n", line, state);
	}
}

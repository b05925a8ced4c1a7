/*
 * A macro makes several static variables of one name in one function; the new version has one more,
 * before the others. Each keeps its count.
 *
 * before: first=(\d+) second=(\d+) third=\d+
 * after: new first=(\d+) second=(\d+) third=\d+
 * reverted: first=(\d+) second=(\d+) third=\d+
 * sequence: \bfirst=(\d+)
 * sequence: \bsecond=(\d+)
 * sequence: \bthird=(\d+)
 */
#include "support.h"

#define COUNTED(limit, text)                                                                       \
	do {                                                                                       \
		static long hits;                                                                  \
		hits++;                                                                            \
		if (opaque(hits) > (limit))                                                        \
			puts("BAD " text);                                                         \
		last = hits;                                                                       \
	} while (0)

NOINLINE static void handle(void)
{
	long last, first, second;

#ifdef NEW
	COUNTED(300001, "limit of the new one");
	printf("new ");
#endif
	COUNTED(300002, "limit of the first one");
	first = last;
	COUNTED(300003, "limit of the second one");
	second = last;
	COUNTED(300004, "limit of the third one");
	printf("first=%ld second=%ld third=%ld\n", first, second, last);
}

int main(void)
{
	begin();
	for (;;) {
		handle();
		tick();
	}
}

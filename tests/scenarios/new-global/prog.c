/*
 * A new global variable with an initial value, counted up by new code in a running loop.
 *
 * before: old n=\d+
 * after: new fresh=1\d\d\d label=ready n=\d+
 * sequence: \bn=(\d+)
 */
#include "support.h"

#ifdef NEW
int fresh = 1000;
const char *label = "ready";
static int zeroed[100];
#endif

NOINLINE static void step(int n)
{
#ifdef NEW
	if (zeroed[n % 100] != 0 && zeroed[n % 100] != n - 100)
		printf("BAD zeroed=%d\n", zeroed[n % 100]);
	zeroed[n % 100] = n;
	fresh = fresh < 1999 ? fresh + 1 : 1000;
	printf("new fresh=%d label=%s n=%d\n", fresh, label, n);
#else
	printf("old n=%d\n", n);
#endif
}

int main(void)
{
	begin();
	for (int n = 0;; n++) {
		step(n);
		tick();
	}
}

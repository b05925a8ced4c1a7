/*
 * main() runs for ever, and its new version calls libc functions that are not imported yet.
 *
 * before: old n=\d+
 * after: new abs=\d+ long=42 n=\d+
 * sequence: \bn=(\d+)
 */
#include "support.h"

int main(void)
{
	begin();
	for (int n = 0;; n++) {
		tick();
#ifdef NEW
		div_t parts = div(n, (int)opaque(3));

		printf("new abs=%d long=%ld n=%d\n", parts.quot, strtol("42", NULL, 10), n);
#else
		printf("old n=%d\n", n);
#endif
	}
}

/*
 * Memory from alloca() is live in the active changed function.
 *
 * before: old text=x+ n=\d+
 * after: new text=x+ n=\d+
 * sequence: \bn=(\d+)
 */
#include "support.h"

#include <alloca.h>

NOINLINE static void step(int n)
{
	size_t size = (size_t)(5 + n % 3);
	char *text = alloca(size + 1);

	memset(text, 'x', size);
	text[size] = '\0';
	tick();
#ifdef NEW
	printf("new text=%s n=%d\n", text, n);
#else
	printf("old text=%s n=%d\n", text, n);
#endif
}

int main(void)
{
	begin();
	for (int n = 0;; n++)
		step(n);
}

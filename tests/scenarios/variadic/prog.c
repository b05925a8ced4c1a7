/*
 * A variadic function is active and changes.
 *
 * before: total=6 n=\d+
 * after: total=60 n=\d+
 * sequence: \bn=(\d+)
 */
#include "support.h"

#include <stdarg.h>

NOINLINE static int total(int count, ...)
{
	va_list args;
	int result = 0;

	va_start(args, count);
	for (int i = 0; i < count; i++) {
#ifdef NEW
		result += 10 * va_arg(args, int);
#else
		result += va_arg(args, int);
#endif
		tick();
	}
	va_end(args);
	return result;
}

int main(void)
{
	begin();
	for (int n = 0;; n++)
		printf("total=%d n=%d\n", total((int)opaque(3), 1, 2, 3), n);
}

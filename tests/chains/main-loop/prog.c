/*
 * main() never returns and changes with every version, with a local variable more each time.
 *
 * versions: 4
 * lines: v{V} n=\d+ total=\d+ .*
 * sequence: \bn=(\d+)
 */
#include "support.h"

#if VERSION >= 3
static long since3;
#endif

int main(int argc, char **argv)
{
	int n = 0;
	long total = 0;
#if VERSION >= 2
	long second = 0;
#endif
#if VERSION >= 4
	unsigned fourth = 7;
#endif

	begin();
	for (;;) {
		tick();
		total += n;
#if VERSION >= 2
		second += n & 3;
#endif
#if VERSION >= 3
		since3++;
#endif
#if VERSION >= 4
		fourth = fourth * 5 + 1;
#endif
		if (total != (long)n * (n + 1) / 2)
			printf("BAD total\n");
		printf("v%d n=%d total=%ld", VERSION, n, total);
#if VERSION >= 2
		printf(" second=%ld", second);
#endif
#if VERSION >= 3
		printf(" since3=%ld", since3);
#endif
#if VERSION >= 4
		printf(" fourth=%u", fourth);
#endif
		printf(" .\n");
		n++;
		if (argc > 100)
			return argv[0][0];
	}
}

/*
 * main() itself never returns and is changed; the new version has a new local variable.
 *
 * before: old n=\d+
 * after: new third=\d+ n=\d+
 * sequence: \bn=(\d+)
 */
#include "support.h"

int main(int argc, char **argv)
{
	int n = 0;
#ifdef NEW
	int third = 0;
#endif

	begin();
	for (;;) {
		tick();
#ifdef NEW
		if (n % 3 == 0)
			third++;
		if (third > n / 3 + 1)
			printf("BAD third=%d\n", third);
		printf("new third=%d n=%d\n", third, n);
#else
		printf("old n=%d\n", n);
#endif
		n++;
		if (argc > 100)
			return argv[0][0];
	}
}

/*
 * A changed switch with a jump table, not active.
 *
 * before: old a b c d e f g h n=\d+
 * after: old a b C d e f g i n=\d+
 * sequence: \bn=(\d+)
 */
#include "support.h"

NOINLINE static void spell(int what)
{
	switch (what) {
	case 0:
		tick();
		printf(" a");
		break;
	case 1:
		printf(" b");
		fflush(NULL);
		break;
	case 2:
#ifdef NEW
		printf(" %c", 'C');
#else
		printf(" c");
#endif
		break;
	case 3:
		printf(" %s", "d");
		break;
	case 4:
		printf(" e");
		opaque(5);
		break;
	case 5:
		printf(" f");
		opaque(opaque(5));
		break;
	case 6:
		opaque(6);
		printf(" g");
		break;
	case 7:
		opaque(7);
#ifdef NEW
		printf(" i");
#else
		printf(" h");
#endif
		break;
	default:
		printf(" BAD");
	}
}

int main(void)
{
	begin();
	for (int n = 0;; n++) {
		printf("old");
		for (int i = 0; i < 8; i++)
			spell(i);
		printf(" n=%d\n", n);
	}
}

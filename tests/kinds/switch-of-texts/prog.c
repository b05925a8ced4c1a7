/*
 * clang makes tables of distances of a switch of texts; two of them in a loop.
 *
 * before: zero ONE two THREE\s
 * after: zero ONE two-is-new THREE\s
 */
#include "support.h"

NOINLINE static void walk(const unsigned char *at, int count)
{
	for (int i = 0; i < count; i++) {
		const char *small = "?", *great = "!";

		switch (at[i]) {
		case 0:
			small = "zero";
			break;
		case 1:
			small = "one";
			break;
		case 2:
#ifdef NEW
			small = "two-is-new";
#else
			small = "two";
#endif
			break;
		case 3:
			small = "three";
			break;
		}
		switch (at[i] ^ opaque(0)) {
		case 0:
			great = "ZERO";
			break;
		case 1:
			great = "ONE";
			break;
		case 3:
			great = "THREE";
			break;
		case 4:
			great = "FOUR";
			break;
		}
		printf("%s ", i % 2 ? great : small);
	}
	printf("\n");
}

int main(void)
{
	unsigned char numbers[] = { 0, 1, 2, (unsigned char)opaque(3) };

	begin();
	for (;;) {
		walk(numbers, (int)opaque(4));
		tick();
	}
}

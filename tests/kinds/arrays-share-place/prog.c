/*
 * Arrays of different scopes have one place in the frame, and one register has its address: what is
 * there goes by the name of the first of them. In the new version that place is elsewhere, since
 * another array that shares it is larger.
 *
 * before: old c{20}
 * after: new c{20}
 */
#include "support.h"

#ifdef NEW
#define SIZE 96
#define NAME "new"
#else
#define SIZE 64
#define NAME "old"
#endif

static volatile int ends;

NOINLINE static void fill(char *text, char what)
{
	memset(text, what, 20);
	text[20] = 0;
}

int main(void)
{
	begin();
	{
		char first[32];

		fill(first, 'b');
		puts(first);
	}
	{
		char second[48];

		fill(second, 'c');
		while (!ends) {
			tick();
			printf(NAME " %s\n", second);
		}
	}
	{
		char third[SIZE];

		fill(third, 'd');
		puts(third);
	}
	return 0;
}

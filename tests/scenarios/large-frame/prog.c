/*
 * An active function with a frame of 100 KB, whose contents matter after the update.
 *
 * before: old check=4950 n=\d+
 * after: new check=4950 n=\d+
 * sequence: \bn=(\d+)
 */
#include "support.h"

NOINLINE static void fill(char *buffer, size_t size)
{
	for (size_t i = 0; i < size; i++)
		buffer[i] = (char)(i % 100);
	tick();
}

NOINLINE static void report(int n)
{
	char buffer[100 * 1000];
	int check = 0;

	fill(buffer, sizeof(buffer));
	for (int i = 0; i < 100; i++)
		check += buffer[99900 + i];
#ifdef NEW
	printf("new check=%d n=%d\n", check, n);
#else
	printf("old check=%d n=%d\n", check, n);
#endif
}

int main(void)
{
	begin();
	for (int n = 0;; n++)
		report(n);
}

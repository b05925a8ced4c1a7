/*
 * Active functions whose stack is probed page by page as it grows: a frame of 100 KB and a
 * variable-length array.
 *
 * before: old check=\d+ n=\d+
 * after: new check=\d+ n=\d+
 * sequence: \bn=(\d+)
 * cflags: -fstack-clash-protection
 */
#include "support.h"

NOINLINE static void fill(char *buffer, size_t size)
{
	for (size_t i = 0; i < size; i++)
		buffer[i] = (char)(i % 100);
	tick();
}

NOINLINE static int dynamic(int n)
{
	size_t size = (size_t)(9000 + n % 7 * 100);
	char buffer[size];

	fill(buffer, size);
#ifdef NEW
	if (buffer[1] != 1)
		printf("BAD first=%d\n", buffer[1]);
#endif
	return buffer[size - 1];
}

NOINLINE static void report(int n)
{
	char buffer[100 * 1000];
	int check = 0;

	fill(buffer, sizeof(buffer));
	check = dynamic(n);
	for (int i = 0; i < 100; i++)
		check += buffer[99900 + i];
	if (check != 99 + 4950)
		printf("BAD check=%d\n", check);
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

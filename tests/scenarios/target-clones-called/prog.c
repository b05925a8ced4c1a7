/*
 * The caller of a function that has a body for each kind of processor (target_clones) is changed: it
 * goes on to call the one that was chosen at start.
 *
 * before: old sum=5592321 n=\d+
 * after: new sum=5592321 n=\d+
 * sequence: \bn=(\d+)
 * compilers: gcc
 */
#include "support.h"

__attribute__((target_clones("avx2", "default"), noinline)) unsigned
checksum(const unsigned char *bytes, int count)
{
	unsigned sum = 1;

	for (int i = 0; i < count; i++)
		sum += bytes[i] * (unsigned)(i + 1);
	return sum;
}

int main(void)
{
	unsigned char bytes[256];

	begin();
	for (int i = 0; i < 256; i++)
		bytes[i] = (unsigned char)i;
	for (long n = 0;; n++) {
		tick();
#ifdef NEW
		printf("new sum=%u n=%ld\n", checksum(bytes, 256), n);
#else
		printf("old sum=%u n=%ld\n", checksum(bytes, 256), n);
#endif
	}
}

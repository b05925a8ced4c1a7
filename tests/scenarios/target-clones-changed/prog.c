/*
 * A function of the program's own has a body for each kind of processor (target_clones): each of them is
 * changed, and whichever was chosen at start leads to the new one.
 *
 * before: old sum=0 n=\d+
 * after: old sum=8 n=\d+
 * sequence: \bn=(\d+)
 * compilers: gcc
 */
#include "support.h"

__attribute__((target_clones("avx2", "sse4.2", "default"), noinline)) unsigned
checksum(const unsigned char *bytes, int count)
{
	unsigned sum = 1;

	for (int i = 0; i < count; i++)
		sum += bytes[i] * (unsigned)(i + 1);
#ifdef NEW
	sum ^= 0x80000000u;
#endif
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
		printf("old sum=%u n=%ld\n", checksum(bytes, 256) >> 28, n);
	}
}

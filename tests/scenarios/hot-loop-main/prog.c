/*
 * main() computes for ever without a call; another thread reports.
 *
 * before: old n=\d+
 * after: new n=\d+
 * sequence: \bn=(\d+)
 */
#include <pthread.h>

#include "hot.h"

int main(void)
{
	pthread_t thread;
	unsigned long value, count = 0, low = 0;

	begin();
	value = (unsigned long)opaque(1);
	pthread_create(&thread, NULL, report, NULL);
	for (;;) {
		value = value * 6364136223846793005ul + 1442695040888963407ul;
		low += (value >> 33) & 1;
		count++;
		version = low <= count ? VERSION : 0;
		turns = count;
	}
}

/*
 * A loop without a call keeps sums in vector registers; a total that is off shows.
 *
 * before: old n=\d+
 * after: new n=\d+
 * sequence: \bn=(\d+)
 */
#include <pthread.h>

#include "hot.h"

#define COUNT 4096
#define ROUNDS 20000

static double weights[COUNT];
static unsigned short samples[COUNT];

static void *add_up(void *arg)
{
	for (;;) {
		double total = 0;
		unsigned whole = 0;

		for (int round = 0; round < ROUNDS; round++) {
			for (int i = 0; i < COUNT; i++)
				total += weights[i];
			for (int i = 0; i < COUNT; i++)
				whole += samples[i];
			version = VERSION;
			turns = (unsigned long)round;
		}
		if (total != 3.0 * COUNT * ROUNDS || whole != 5u * COUNT * ROUNDS)
			printf("BAD %f %u\n", total, whole);
	}
	return arg;
}

int main(void)
{
	pthread_t thread;

	begin();
	for (int i = 0; i < COUNT; i++) {
		weights[i] = (double)opaque(3);
		samples[i] = (unsigned short)opaque(5);
	}
	pthread_create(&thread, NULL, add_up, NULL);
	report(NULL);
}

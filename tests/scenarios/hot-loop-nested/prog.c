/*
 * Threads multiply matrices in nested loops without a call, and check what they get.
 *
 * before: old n=\d+
 * after: new n=\d+
 * sequence: \bn=(\d+)
 */
#include <pthread.h>

#include "hot.h"

#define SIZE 40

static int (*left)[SIZE], (*right)[SIZE];
static unsigned checksum;

static unsigned expected(void)
{
	unsigned sum = 0;

	for (int i = 0; i < SIZE; i++) {
		for (int j = 0; j < SIZE; j++) {
			unsigned cell = 0;

			for (int k = 0; k < SIZE; k++)
				cell += (unsigned)left[i][k] * (unsigned)right[k][j];
			sum = sum * 31 + cell;
		}
	}
	return sum;
}

static void *multiply(void *arg)
{
	for (;;) {
		unsigned sum = 0;

		for (int i = 0; i < SIZE; i++) {
			for (int j = 0; j < SIZE; j++) {
				unsigned cell = 0;

				for (int k = 0; k < SIZE; k++)
					cell += (unsigned)left[i][k] * (unsigned)right[k][j];
				sum = sum * 31 + cell;
			}
			version = VERSION;
		}
		turns++;
		if (sum != checksum)
			printf("BAD sum %x, not %x\n", sum, checksum);
	}
	return arg;
}

int main(void)
{
	pthread_t threads[2];

	begin();
	left = malloc(sizeof(*left) * SIZE);
	right = malloc(sizeof(*right) * SIZE);
	for (int i = 0; i < SIZE * SIZE; i++) {
		left[i / SIZE][i % SIZE] = (int)opaque(i * 7919 % 1000);
		right[i / SIZE][i % SIZE] = (int)opaque(i * 104729 % 1000);
	}
	checksum = expected();
	for (int i = 0; i < 2; i++)
		pthread_create(&threads[i], NULL, multiply, NULL);
	report(NULL);
}

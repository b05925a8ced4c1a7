/*
 * A leaf function loops for ever with variables in the red zone, below its stack pointer; the new
 * version has one more of them.
 *
 * before: old n=\d+
 * after: new n=\d+
 * sequence: \bn=(\d+)
 */
#include <pthread.h>

#include "hot.h"

static void *mix(void *arg)
{
	volatile unsigned long a = 1, b = 2, sum = 3;
#ifdef NEW
	volatile unsigned long more = 0;
#endif

	for (;;) {
		a += 3;
		b += 5;
		sum = a + b;
#ifdef NEW
		more += sum;
#endif
		version = sum == a + b && a * 5 - b * 3 + 1 == 0 ? VERSION : 0;
		turns++;
	}
	return arg;
}

static void *watch(void *arg)
{
	for (;;) {
		if (turns && !version)
			printf("BAD the variables do not fit\n");
		tick();
	}
	return arg;
}

int main(void)
{
	pthread_t threads[2];

	begin();
	pthread_create(&threads[0], NULL, mix, NULL);
	pthread_create(&threads[1], NULL, watch, NULL);
	report(NULL);
}

/*
 * gcc makes a clone of a function for each constant that it is called with, and gives them numbers
 * in an order of its own: a call that is added moves them. Each thread goes on with its constant.
 *
 * before: old kind 1 is \d+
 * before: old kind 2 is \d+
 * after: new kind 1 is \d+
 * after: new kind 2 is \d+
 * cflags: -O3
 * threads: vary
 * either: gcc-O2-ssp
 */
#include "support.h"

#include <pthread.h>

#ifdef NEW
#define VERSION "new"
#else
#define VERSION "old"
#endif

static volatile long side;
static volatile int stop;

NOINLINE static void *serve(int kind, long *mine)
{
	long n = 0;

	while (!stop) {
		tick();
		switch (kind) {
		case 1:
			n += 1;
			side ^= n;
			break;
		case 2:
			n += 100;
			side += n;
			break;
		case 3:
			n += 10000;
			side -= n;
			break;
		default:
			n += 1000000;
		}
		if ((kind == 1 && n >= 10000) || (kind == 2 && n % 100))
			printf("BAD kind %d n %ld\n", kind, n);
		mine[kind]++;
		printf(VERSION " kind %d is %ld\n", kind, n);
	}
	return NULL;
}

static void *first(void *mine)
{
	return serve(1, mine);
}

static void *second(void *mine)
{
	return serve(2, mine);
}

#ifdef NEW
static void *third(void *mine)
{
	return serve(3, mine);
}
#endif

int main(void)
{
	static long counts[4];
	pthread_t thread;

	begin();
#ifdef NEW
	if (opaque(0))
		pthread_create(&thread, NULL, third, counts);
#endif
	pthread_create(&thread, NULL, second, counts);
	pthread_create(&thread, NULL, first, counts);
	pthread_join(thread, NULL);
}

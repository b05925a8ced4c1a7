/* Computes for a minute at most, nearly all the time in a function that is changed. */
#include <time.h>

#ifdef NEW
#define FACTOR 3
#else
#define FACTOR 2
#endif

static volatile unsigned long sum;

__attribute__((noinline)) static void work_hard(unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		sum += i * FACTOR;
}

int main(void)
{
	for (time_t start = time(NULL); time(NULL) - start < 60;)
		work_hard(1000000);
	return 0;
}

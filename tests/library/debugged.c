/* What gdb looks into: main() and step() are changed, and are on the stack. */
#include <stdio.h>
#include <unistd.h>

#ifdef NEW
#define VERSION 2
static int added(int number) __attribute__((noinline));
static int added(int number)
{
	return number + VERSION; /* line of added */
}
#else
#define VERSION 1
#define added(number) ((number) + VERSION)
#endif

static volatile int count;

__attribute__((noinline)) static void step(void)
{
	usleep(50000); /* line of step */
	count = added(count);
}

int main(void)
{
	for (int i = 0; i < 1200; i++) {
		step(); /* line of main */
		printf("%d\n", count);
	}
	return 0;
}

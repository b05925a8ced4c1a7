#include <stdio.h>
#include <time.h>

int ask_read(int, int), ask_write(int, int);

int main(void)
{
	struct timespec span = { 0, 10000000 };

	setvbuf(stdout, NULL, _IOLBF, 0);
	for (int i = 0; i < 12000; i++) {
		nanosleep(&span, NULL);
		printf("read %d write %d\n", ask_read(5, 127), ask_write(5, 127));
	}
}

/* What is updated: says its version ten times a second, for a minute at most. */
#include <stdio.h>
#include <unistd.h>

#ifdef NEW
#define VERSION 2
#else
#define VERSION 1
#endif

int main(void)
{
	for (int i = 0; i < 600; i++) {
		printf("version %d at %d\n", VERSION, i);
		fflush(stdout);
		usleep(100000);
	}
	return 0;
}

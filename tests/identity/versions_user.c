#include <stdio.h>

#ifdef FIRST
__asm__(".symver rate, rate@VER_1");
#endif

int rate(int), rate_wait(int);

int main(void)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	for (int i = 0; i < 12000; i++) {
		int wait = rate_wait(0);

		printf("rate %d wait %d\n", rate(0), wait);
	}
}

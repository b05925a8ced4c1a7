/*
 * A worker thread is in seccomp's strict mode, which kills it for anything but read, write, exit
 * and sigreturn.
 *
 * before: old n=\d+
 * after: new n=\d+
 * sequence: \bn=(\d+)
 */
#include "support.h"

#include <linux/seccomp.h>
#include <pthread.h>
#include <sys/prctl.h>
#include <unistd.h>

static int ends[2];

static void say(int n)
{
#ifdef NEW
	char line[] = "new n=000000\n";
#else
	char line[] = "old n=000000\n";
#endif

	for (int at = 11; n; n /= 10)
		line[at--] = (char)('0' + n % 10);
	if (write(1, line, sizeof(line) - 1) < 0)
		return;
}

static void *worker(void *arg)
{
	char byte;

	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT) != 0)
		printf("BAD seccomp\n");
	for (int n = 0; read(ends[0], &byte, 1) == 1; n++)
		say(n);
	return arg;
}

int main(void)
{
	pthread_t thread;

	begin();
	if (pipe(ends) != 0)
		return 1;
	pthread_create(&thread, NULL, worker, NULL);
	for (;;) {
		tick();
		if (write(ends[1], "x", 1) != 1)
			printf("BAD write\n");
	}
}

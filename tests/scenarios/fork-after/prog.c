/*
 * Children that are forked after the update run new code.
 *
 * before: old child n=\d+
 * after: new child n=\d+
 * sequence: \bn=(\d+)
 */
#include "support.h"

#include <sys/wait.h>
#include <unistd.h>

NOINLINE static void child(int n)
{
#ifdef NEW
	printf("new child n=%d\n", n);
#else
	printf("old child n=%d\n", n);
#endif
	_exit(0);
}

int main(void)
{
	begin();
	for (int n = 0;; n++) {
		pid_t pid = fork();
		int status;

		if (pid == 0)
			child(n);
		tick();
		if (waitpid(pid, &status, 0) != pid || status != 0)
			printf("BAD status=%d\n", status);
	}
}

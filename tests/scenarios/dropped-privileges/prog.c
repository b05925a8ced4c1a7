/*
 * The process has given up root for nobody, cannot gain privileges, and is not dumpable.
 *
 * before: old n=\d+
 * after: new n=\d+
 * sequence: \bn=(\d+)
 */
#include "support.h"

#include <grp.h>
#include <sys/prctl.h>
#include <unistd.h>

static void drop(void)
{
	if (getuid() == 0 && (setgroups(0, NULL) || setgid(65534) || setuid(65534)))
		printf("BAD setuid\n");
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0))
		printf("BAD prctl\n");
}

int main(void)
{
	begin();
	drop();
	for (int n = 0;; n++) {
		tick();
		if (prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) != 0)
			printf("BAD dumpable again\n");
#ifdef NEW
		printf("new n=%d\n", n);
#else
		printf("old n=%d\n", n);
#endif
	}
}

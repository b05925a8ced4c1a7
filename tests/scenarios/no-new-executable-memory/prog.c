/*
 * The process has forbidden itself memory that is both writable and executable (PR_SET_MDWE).
 *
 * before: old n=\d+
 * after: new n=\d+
 * sequence: \bn=(\d+)
 */
#include "support.h"

#include <sys/prctl.h>

#ifndef PR_SET_MDWE
#define PR_SET_MDWE 65
#endif

int main(void)
{
	begin();
	prctl(PR_SET_MDWE, 1, 0, 0, 0);
	for (int n = 0;; n++) {
		tick();
#ifdef NEW
		printf("new n=%d\n", n);
#else
		printf("old n=%d\n", n);
#endif
	}
}

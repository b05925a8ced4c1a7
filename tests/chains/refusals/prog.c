/*
 * What leaves all that is applied as it is: the same patch again, which is no failure; and refused, a
 * patch for a version that does not run, one that cannot be applied; and what works after that.
 *
 * versions: 4
 * lines: v{V} n=\d+
 * steps: 1:3 1:3= 2:4!build-id 1:2!build-id 3:4!sqrt revert 1:2 1:2= 1:3!build-id
 * steps: revert:2:3!not.that 2:3 2:3= 1:2= revert:1:2!revert.it.first revert:2:3
 * steps: revert:1:2 revert!no.update 1:3 revert
 * ldflags: -Wl,--as-needed -lm
 * sequence: \bn=(\d+)
 */
#include "support.h"

#include <math.h>

int main(void)
{
	begin();
	for (int n = 0;; n++) {
		tick();
#if VERSION == 4 /* needs a library that the process does not have */
		if (sqrt((double)opaque(n)) > 1e6)
			break;
#endif
		printf("v%d n=%d\n", VERSION, n);
	}
}

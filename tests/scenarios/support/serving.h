/* A call that waits until the program ends, in the middle of what calls it. */
#ifndef SERVING_H
#define SERVING_H

#include "support.h"

#ifdef NEW
#define VERSION "new"
#else
#define VERSION "old"
#endif

NOINLINE static void serve(void)
{
	while (opaque(1)) {
		puts(VERSION);
		tick();
	}
}

#endif

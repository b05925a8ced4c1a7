/* A variable of a structure type that gains a member in front of its others. */
#ifndef COUNTS_H
#define COUNTS_H

#include "support.h"

struct counts {
#ifdef NEW
	long fresh;
#endif
	long total;
	long kept;
	char pad[40];
};

static struct counts counts;

#endif

/* Waits that may have no end: see watch.h. */
#include "base/watch.h"

#include <stddef.h>

static struct su_watch unseen;
static struct su_watch *watched = &unseen;

void su_watch_by(struct su_watch *watch)
{
	watched = watch ? watch : &unseen;
}

static void count_one(void)
{
	atomic_fetch_add_explicit(&watched->waits, 1, memory_order_relaxed);
}

void su_watch_begin(void)
{
	count_one();
}

void su_watch_end(void)
{
	count_one();
}

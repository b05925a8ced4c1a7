/* Progress on a terminal: see progress.h. */
#include "base/progress.h"

#include <stdio.h>
#include <unistd.h>

#define DELAY 0.5 /* seconds */

static double elapsed_since(const struct su_progress *progress)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)(now.tv_sec - progress->start.tv_sec) +
	       (double)(now.tv_nsec - progress->start.tv_nsec) / 1e9;
}

void su_progress_start(struct su_progress *progress)
{
	*progress = (struct su_progress){ .enabled = isatty(STDERR_FILENO) };
	clock_gettime(CLOCK_MONOTONIC, &progress->start);
}

void su_progress_show(void *ctx, const char *what)
{
	struct su_progress *progress = ctx;
	double seconds = elapsed_since(progress);

	if (!progress->enabled || (!progress->shown && seconds < DELAY))
		return;
	progress->shown = true;
	fprintf(stderr, "\r\033[K%.1f s  %s ...", seconds, what);
	fflush(stderr);
}

void su_progress_stop(struct su_progress *progress)
{
	if (progress->shown)
		fputs("\r\033[K", stderr);
	progress->shown = false;
}

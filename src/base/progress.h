/*
 * Progress on a terminal.
 *
 * One line on standard error that says what is being done; shown only when standard error is a
 * terminal and only after half a second, so that quick work leaves no trace, and wiped at the end.
 */
#ifndef SU_BASE_PROGRESS_H
#define SU_BASE_PROGRESS_H

#include <stdbool.h>
#include <time.h>

struct su_progress {
	bool enabled, shown;
	struct timespec start;
};

void su_progress_start(struct su_progress *progress);
/* A callback: `ctx` is the struct su_progress. */
void su_progress_show(void *ctx, const char *what);
void su_progress_stop(struct su_progress *progress); /* wipes the line */

#endif

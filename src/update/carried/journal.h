/*
 * The undo journal of an update, as the process holds it (registry.h).
 *
 * It says what each place that a commit writes must hold before and after.  It is read in one way
 * only, and believed only when it is one that an updater writes: places in ascending order that do
 * not overlap, each with a known direction, and a jump of its size or a word; a place inside
 * of the update's own mapping lies in its segments.
 */
#ifndef SU_UPDATE_CARRIED_JOURNAL_H
#define SU_UPDATE_CARRIED_JOURNAL_H

#include "update/carried/registry.h"

struct su_journal {
	struct su_registry_span *spans; /* ascending */
	size_t count;
};

/* SU_E_FORMAT: the journal is damaged. To be deinitialised after success. */
struct su_err *su_journal_read(const struct su_memory *memory, const struct su_registry *registry,
			       struct su_journal *ret) SU_MUST_CHECK;
void su_journal_deinit(struct su_journal *journal); /* takes one that is zero */

/* Where the jump leads, of a span that is one. */
uint64_t su_journal_target(const struct su_registry_span *span);

/* What a place held before the commit that the registry says is under way, and holds after it. */
const uint8_t *su_journal_before(const struct su_registry *registry,
				 const struct su_registry_span *span);
const uint8_t *su_journal_after(const struct su_registry *registry,
				const struct su_registry_span *span);

#endif

/*
 * Updates whose image is gone.
 *
 * A program may unload a library that was updated, and load it again from its file: what runs then
 * is the file's version, and the update's mapping is left over.  Such an update is not in force, so
 * the library can be updated anew; nor can it be taken back.
 *
 * An update stands as long as one of its jumps does.  It is given up when none does and the code is
 * that of the file, or the image is no longer mapped there, or is another build.  When its jumps
 * have been overwritten in another way it stands, and is refused where it is met: whoever did that
 * may know nothing of activations in the new code.  Updates on top of one that is given up go with
 * it.
 */
#ifndef SU_UPDATE_CARRIED_LOST_H
#define SU_UPDATE_CARRIED_LOST_H

#include "update/carried/registry.h"

/* Takes those of lost images out of `registries`. Reads only. */
struct su_err *su_lost_drop(const struct su_memory *memory, const struct su_maps *maps,
			    struct su_registries *registries) SU_MUST_CHECK;

#endif

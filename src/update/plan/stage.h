/*
 * Bringing a patch into a process: one mapping within reach of the image, nothing pointing at it.
 *
 * One thread is stopped for the mmap calls alone; the contents are written through
 * /proc/PID/mem while everything runs, so that no page is ever writable and executable.
 */
#ifndef SU_UPDATE_PLAN_STAGE_H
#define SU_UPDATE_PLAN_STAGE_H

#include "patch/pack.h"
#include "process/session.h"
#include "update/carried/locate.h"
#include "update/carried/registry.h"
#include "update/plan/plan.h"

/* Bytes that the patch's mapping takes: span, journal, packed file. */
uint64_t su_stage_size(const struct su_patch *patch, const struct su_packed *packed);

/* A free place of `size` bytes from which all of the image, and all that updates of it have mapped,
 * is within +-2 GiB. */
struct su_err *su_stage_find_place(const struct su_maps *maps, const struct su_object *image,
				   const struct su_registries *registries, uint64_t size,
				   uint64_t *ret) SU_MUST_CHECK;

/* Maps the patch's region at `base`, with the final permissions. */
struct su_err *su_stage_map(struct su_session *session, const struct su_maps *maps,
			    const struct su_patch *patch, const struct su_packed *packed,
			    uint64_t base) SU_MUST_CHECK;
struct su_err *su_stage_unmap(struct su_session *session, const struct su_maps *maps, uint64_t base,
			      uint64_t size) SU_MUST_CHECK;

/* Writes registry (state SU_REGISTRY_STAGED), segments, journal and file, and reads them back. *ret
 * becomes the registry; its `below` is the caller's. */
struct su_err *su_stage_fill(const struct su_memory *memory, const struct su_plan *plan,
			     const uint8_t *linked, const struct su_packed *packed,
			     struct su_registry *ret) SU_MUST_CHECK;
/* Puts the patch's variables back to their initial values. */
struct su_err *su_stage_reset_data(const struct su_memory *memory, const struct su_plan *plan,
				   const uint8_t *linked) SU_MUST_CHECK;

#endif

/*
 * What a process carries: its mappings, and the registries of the updates that are in force or can
 * be used again.
 */
#ifndef SU_UPDATE_CARRIED_CARRIED_H
#define SU_UPDATE_CARRIED_CARRIED_H

#include "update/carried/registry.h"

struct su_carried {
	struct su_maps maps;
	struct su_registries registries; /* without those whose image is gone (lost.h) */
};

/* Reads all anew into `carried`, which is zero before the first time. */
struct su_err *su_carried_read(struct su_carried *carried,
			       const struct su_memory *memory) SU_MUST_CHECK;
void su_carried_deinit(struct su_carried *carried);

/* No updater was cut off in its commit. Otherwise `recover` is needed. */
bool su_carried_is_whole(const struct su_carried *carried);

/* A process seen from outside: it is neither stopped nor opened for writing. */
struct su_sight {
	struct su_memory memory;
	struct su_carried carried;
};

/* SU_E_PERMISSION: it may not be read. To be closed also on failure. */
struct su_err *su_sight_open(struct su_sight *sight, pid_t pid) SU_MUST_CHECK;
void su_sight_close(struct su_sight *sight);

#endif

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

/* Reads what a process carries when its maps have been read. */
struct su_err *su_carried_scan(struct su_carried *carried,
			       const struct su_memory *memory) SU_MUST_CHECK;

/* A process seen from outside, by a child that may do nothing (process/apart.h): it is neither stopped
 * nor opened for writing. */
struct su_sight {
	struct su_memory memory;
	struct su_carried carried;
};

/* Asks a question of a process. SU_E_PERMISSION: it may not be read. */
typedef bool su_sight_question(const void *ctx, const struct su_sight *sight);
struct su_err *su_sight_ask(pid_t pid, su_sight_question *question, const void *ctx,
			    bool *ret) SU_MUST_CHECK;

#endif

/*
 * Code that a signal handler returns to: what makes the rt_sigreturn system call.  Its address on a
 * stack tells of a signal frame.
 *
 * Source: psABI, glibc's __restore_rt, the kernel's requirement of SA_RESTORER on x86-64.
 */
#ifndef SU_UPDATE_READY_RESTORERS_H
#define SU_UPDATE_READY_RESTORERS_H

#include "process/memory.h"
#include "process/proc.h"
#include "process/texts.h"

struct su_restorers {
	SU_VEC(uint64_t) list;
};

/* Looks through all code of the process; `texts` may be NULL, and `ret` is zero before. */
void su_restorers_find(struct su_texts *texts, const struct su_memory *memory,
		       const struct su_maps *maps, struct su_restorers *ret);
void su_restorers_copy(const struct su_restorers *restorers, struct su_restorers *ret);
void su_restorers_deinit(struct su_restorers *restorers);

bool su_restorers_have(const struct su_restorers *restorers, uint64_t addr);

#endif

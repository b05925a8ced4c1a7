/*
 * Structures that the caller may know by another size than ours: see strongupdate.h.
 */
#ifndef SU_API_SIZED_H
#define SU_API_SIZED_H

#include <stddef.h>

#include "base/err.h"
#include "strongupdate.h"

/* What the caller made, as we know it: what is beyond its size is zero, and what is beyond ours must
 * be. NULL stands for the defaults. */
struct su_err *su_api_options(const struct strongupdate_options *given,
			      struct strongupdate_options *ret) SU_MUST_CHECK;
struct su_err *su_api_targets(const struct strongupdate_targets *given,
			      struct strongupdate_targets *ret) SU_MUST_CHECK;
struct su_err *su_api_statement(const struct strongupdate_statement *given,
				struct strongupdate_statement *ret) SU_MUST_CHECK;

/* Gives the caller as much as it knows; zeros beyond what there is. */
void su_api_give(void *ret, size_t ret_size, const void *made, size_t size);

#endif

/*
 * What the files behind strongupdate.h share.  A public error is a `struct su_err` under another
 * name, a public patch wraps a `struct su_patch`: neither is ever looked into from outside.
 */
#ifndef SU_API_API_PRIVATE_H
#define SU_API_API_PRIVATE_H

#include "base/err.h"
#include "patch/reader.h"
#include "strongupdate.h"
#include "trust/trust.h"

struct strongupdate_patch {
	struct su_patch *patch;
	struct strongupdate_patch_info info;
	char old_build_id[129], new_build_id[129];
	char hash[2 * SU_SIGNATURE_HASH + 1];
	struct su_signatures signatures; /* as they lay beside the file */
	struct su_trust trust;		 /* that they are shown by */
};

/* Whether the policy permits the patch, of which the hash and the signatures are known. */
typedef struct su_err *su_api_permit(const struct strongupdate_patch *patch, const char *path);
su_api_permit su_api_permit_patch; /* guard.c */

static inline struct strongupdate_error *su_api_error(struct su_err *err)
{
	return (struct strongupdate_error *)err;
}

#endif

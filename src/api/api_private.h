/*
 * What the files behind strongupdate.h share.  A public error is a `struct su_err` under another
 * name, a public patch wraps a `struct su_patch`: neither is ever looked into from outside.
 */
#ifndef SU_API_API_PRIVATE_H
#define SU_API_API_PRIVATE_H

#include "base/err.h"
#include "patch/reader.h"
#include "strongupdate.h"

struct strongupdate_patch {
	struct su_patch *patch;
	struct strongupdate_patch_info info;
	char old_build_id[129], new_build_id[129];
};

static inline struct strongupdate_error *su_api_error(struct su_err *err)
{
	return (struct strongupdate_error *)err;
}

#endif

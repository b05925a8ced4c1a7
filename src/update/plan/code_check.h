/*
 * Is the code that a patch is to replace the code that it was made for?
 *
 * Code that is where A's file has it has A's bytes: one hash.  Code that an earlier patch brought
 * has the bytes that this patch put there.  Code that earlier patches left alone stands in the
 * image as an older version had it: its bytes are A's but for the references, so these are compared
 * one by one by what they lead to, and the rest by a hash without them.  Constants that are written
 * are compared word by word.
 */
#ifndef SU_UPDATE_PLAN_CODE_CHECK_H
#define SU_UPDATE_PLAN_CODE_CHECK_H

#include "update/carried/journal.h"
#include "update/carried/sites.h"

/* Compares all forward ranges and words. `journal`: places of the patch's own jumps and words, which
 * count as what is under them; it may be empty. `ret` gets what is there. */
struct su_err *su_verify_code(const struct su_memory *memory, const struct su_sites *sites,
			      const struct su_history *history, const struct su_journal *journal,
			      struct su_originals *ret) SU_MUST_CHECK;

#endif

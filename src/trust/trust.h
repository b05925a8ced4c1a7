/*
 * Whom we trust: the trust folder, and what is judged by it.
 *
 *	CONFIG/trusted.d/NAME.pub	keys (key.h) of those whose patches are applied: that of the
 *					distribution, that of the site, the next one of each
 *	CONFIG/revoked			lines "key: ID" and "patch: HASH" that count no more
 *	CONFIG/policy			policy.h
 *
 * CONFIG is /etc/strongupdate.  Where that does not exist, and so says nothing that could be got
 * around, $STRONGUPDATE_CONFIG may name another folder.
 *
 * A folder or file is believed that is the caller's or root's, and that no one else can write.
 * To rotate a key, its successor's file is put beside it; when all patches are signed by that one,
 * the old file is taken away.  A key that was lost is named in `revoked`, which counts more.
 */
#ifndef SU_TRUST_TRUST_H
#define SU_TRUST_TRUST_H

#include "trust/signature.h"

enum su_standing {
	SU_STANDING_UNKNOWN = 0, /* its key is not in the folder */
	SU_STANDING_BAD,	 /* it is not by that key, or of another patch */
	SU_STANDING_REVOKED,	 /* its key, or the patch, counts no more */
	SU_STANDING_EXPIRED,	 /* its key's day is over */
	SU_STANDING_TRUSTED,
};

struct su_trust {
	SU_VEC(struct su_key) keys;
	SU_VEC(char *) revoked; /* "key ID" or "patch HASH" */
};

/* "unknown-key", "bad", "revoked", "expired", "trusted" */
const char *su_standing_name(enum su_standing standing);

/* The folder with keys and policy; "" when there is none. free() it. */
char *su_trust_config(void);
/* The file or folder is the caller's or root's, and no one else can write it. */
struct su_err *su_trust_require_own(const char *path) SU_MUST_CHECK;

/* Keys and revocations of `config`, "" for none. */
struct su_err *su_trust_read(const char *config, struct su_trust *ret) SU_MUST_CHECK;
void su_trust_deinit(struct su_trust *trust);

/* The patch with that hash counts no more, whoever signed it. */
bool su_trust_revokes(const struct su_trust *trust, const char *hash);
/* `hash`: of the patch at hand. *ret_key: the signer, or NULL. */
enum su_standing su_trust_judge(const struct su_trust *trust, const struct su_signature *signature,
				const char *hash, const struct su_key **ret_key);
/* The first signature that is trusted, or NULL. */
const struct su_signature *su_trust_find(const struct su_trust *trust,
					 const struct su_signatures *signatures, const char *hash);

#endif

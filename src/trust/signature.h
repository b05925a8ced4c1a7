/*
 * Signatures of patches, with what their signers say of the patch.
 *
 * They lie beside the patch, in PATCH.sup.sig, one after the other:
 *
 *	strongupdate-signature 1
 *	patch: 64 hex digits			BLAKE2b-256 of the whole file
 *	key: 16 hex digits			the signer's (key.h)
 *	signed: 2026-11-30T12:00:00Z
 *	package: nginx				for people, as many as are known
 *	version: 1.22.1-9+deb12u3
 *	advisory: CVE-2026-12345		any number of them
 *	signature: BASE64			Ed25519, of all of the lines above, byte for byte
 *
 * So what a signer says of a patch cannot be changed, nor moved to another patch.  A signature is
 * believed only when its key is trusted (trust.h): here it is read, and found right or not.
 */
#ifndef SU_TRUST_SIGNATURE_H
#define SU_TRUST_SIGNATURE_H

#include <stddef.h>
#include <stdint.h>

#include "base/vec.h"
#include "trust/key.h"

#define SU_SIGNATURE_HASH 32
#define SU_SIGNATURE_MOST (64u << 10) /* bytes of a file */

struct su_signature {
	char patch[2 * SU_SIGNATURE_HASH + 1]; /* hex */
	char key[17];
	char signed_at[32];
	char package[128], version[128];
	char advisories[512]; /* with spaces between them */
	const char *message;  /* what is signed, in the signatures' text */
	size_t message_size;
	uint8_t bytes[64];
};

struct su_signatures {
	char *text;
	SU_VEC(struct su_signature) list;
};

/* What a signer says. Each may be NULL. */
struct su_statement {
	const char *package, *version;
	const char *const *advisories;
	size_t advisory_count;
};

/* Of the bytes of a patch. `ret` has room for 65. */
void su_signature_hash(const uint8_t *bytes, size_t size, char *ret);

/* Those beside the patch at `path`; none is no error. */
struct su_err *su_signatures_read(const char *path, struct su_signatures *ret) SU_MUST_CHECK;
/* The signatures in `size` bytes, which are copied. */
struct su_err *su_signatures_parse(const char *text, size_t size, const char *origin,
				   struct su_signatures *ret) SU_MUST_CHECK;
void su_signatures_deinit(struct su_signatures *signatures);

/* The signature was made by that key. */
bool su_signature_is_by(const struct su_signature *signature, const struct su_key *key);

/* Adds one to those beside the patch at `path`, which has that hash. */
struct su_err *su_signature_add(const char *path, const char *hash, const struct su_key *key,
				const struct su_statement *statement) SU_MUST_CHECK;

#endif

/*
 * Keys for signatures of patches: Ed25519, by libsodium.
 *
 *	strongupdate-key 1			strongupdate-secret-key 1
 *	name: Example Distribution 2026		name: Example Distribution 2026
 *	public: BASE64				secret: BASE64
 *	not-after: 2028-12-31
 *
 * A key is known by its id, the first 16 hex digits of the BLAKE2b hash of its public half.  What a
 * key calls itself is for people: who is trusted is who has a file in the trust folder (trust.h).
 */
#ifndef SU_TRUST_KEY_H
#define SU_TRUST_KEY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

#define SU_KEY_NAME 128
#define SU_KEY_PUBLIC 32
#define SU_KEY_SECRET 64
#define SU_KEY_MOST 4096 /* bytes of a file */

struct su_key {
	char name[SU_KEY_NAME];
	char id[17];
	uint8_t public[SU_KEY_PUBLIC];
	uint8_t secret[SU_KEY_SECRET];
	bool has_secret;
	char not_after[11]; /* "2028-12-31", or "" */
};

/* A key pair: `path` gets the secret half (mode 0600) and must not exist, PATH.pub the public one. */
struct su_err *su_key_create(const char *path, const char *name, struct su_key *ret) SU_MUST_CHECK;
/* Either half. A secret half that others may read is refused. */
struct su_err *su_key_read(const char *path, struct su_key *ret) SU_MUST_CHECK;
/* Whether the day is over that it was good until. */
bool su_key_is_expired(const struct su_key *key);

#endif

/* Keys and signatures: src/trust does the work. */
#include <stdlib.h>
#include <string.h>

#include "api/api_private.h"
#include "api/sized.h"
#include "base/alloc.h"
#include "base/reason.h"
#include "trust/trust.h"

struct strongupdate_error *strongupdate_keygen(const char *path, const char *name, char ret_id[17])
{
	struct su_key key;
	struct su_err *err = su_key_create(path, name, &key);

	if (!err)
		memcpy(ret_id, key.id, sizeof(key.id));
	return su_api_error(err);
}

static struct su_err *sign(const struct strongupdate_patch *patch, const char *path,
			   const char *key_path, const struct strongupdate_statement *statement)
{
	struct strongupdate_statement taken;
	struct su_key key;

	SU_TRY(su_api_statement(statement, &taken));
	const struct su_statement said = {
		.package = taken.package,
		.version = taken.version,
		.advisories = taken.advisories,
		.advisory_count = taken.advisory_count,
	};
	SU_TRY(su_key_read(key_path, &key));
	struct su_err *err = key.has_secret ? su_signature_add(path, patch->hash, &key, &said)
					    : su_refuse(SU_WHY_NO_SECRET_KEY, key_path);
	explicit_bzero(&key, sizeof(key));
	return err;
}

struct strongupdate_error *strongupdate_sign(const char *path, const char *key_path,
					     const struct strongupdate_statement *statement)
{
	struct strongupdate_patch *patch;
	struct strongupdate_error *error = strongupdate_patch_open(path, &patch);

	if (error)
		return error;
	struct su_err *err = sign(patch, path, key_path, statement);
	strongupdate_patch_close(patch);
	return su_api_error(err);
}

struct strongupdate_error *strongupdate_patch_judge(struct strongupdate_patch *patch,
						    const char *folder)
{
	SU_FREE char *config = folder ? su_strdup(folder) : su_trust_config();
	struct su_trust trust;
	struct su_err *err = su_trust_read(config, &trust);

	if (err)
		return su_api_error(err);
	su_trust_deinit(&patch->trust);
	patch->trust = trust;
	if (su_trust_find(&trust, &patch->signatures, patch->hash))
		return NULL;
	if (!patch->signatures.list.len)
		return su_api_error(su_refuse(SU_WHY_NOT_SIGNED, patch->info.image_name));
	struct strongupdate_signature first = strongupdate_patch_signature(patch, 0);
	return su_api_error(su_refuse(SU_WHY_NOT_TRUSTED, patch->info.image_name, first.standing));
}

static struct strongupdate_signature signature_at(const struct strongupdate_patch *patch,
						  size_t index)
{
	const struct su_key *key;

	const struct su_signature *signature = &patch->signatures.list.at[index];
	enum su_standing standing = su_trust_judge(&patch->trust, signature, patch->hash, &key);
	return (struct strongupdate_signature){
		.key_id = signature->key,
		.key_name = key ? key->name : NULL,
		.standing = su_standing_name(standing),
		.signed_at = signature->signed_at,
		.package = signature->package,
		.version = signature->version,
		.advisories = signature->advisories,
	};
}

bool strongupdate_patch_get_signature(const struct strongupdate_patch *patch, size_t index,
				      struct strongupdate_signature *ret, size_t ret_size)
{
	if (index >= patch->signatures.list.len)
		return false;
	struct strongupdate_signature one = signature_at(patch, index);
	su_api_give(ret, ret_size, &one, sizeof(one));
	return true;
}

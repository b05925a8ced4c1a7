/* Whom we trust: see trust.h. */
#include "trust/trust.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/input.h"
#include "base/reason.h"
#include "trust/lines.h"

#define CONFIG "/etc/strongupdate"
#define MOST_REVOKED (1u << 20) /* bytes of the file */

/* ---- the folder ---- */

char *su_trust_config(void)
{
	const char *other = secure_getenv("STRONGUPDATE_CONFIG");

	if (!access(CONFIG, F_OK) || errno != ENOENT)
		return su_strdup(CONFIG);
	return su_strdup(other ? other : "");
}

struct su_err *su_trust_require_own(const char *path)
{
	struct stat st;

	if (stat(path, &st))
		return su_err_errno(SU_E_IO, errno, "cannot look at %s", path);
	if ((st.st_uid && st.st_uid != geteuid()) || st.st_mode & 022)
		return su_refuse(SU_WHY_FOREIGN_FILE, path);
	return NULL;
}

const char *su_standing_name(enum su_standing standing)
{
	static const char *const names[] = {
		[SU_STANDING_UNKNOWN] = "unknown-key", [SU_STANDING_BAD] = "bad",
		[SU_STANDING_REVOKED] = "revoked",     [SU_STANDING_EXPIRED] = "expired",
		[SU_STANDING_TRUSTED] = "trusted",
	};

	return names[standing];
}

/* ---- reading ---- */

static bool is_public_key(const char *name)
{
	size_t len = strlen(name);

	return *name != '.' && len > 4 && !strcmp(name + len - 4, ".pub");
}

static struct su_err *add_key(struct su_trust *trust, const char *path)
{
	struct su_key key;

	SU_TRY(su_trust_require_own(path));
	SU_TRY(su_key_read(path, &key));
	if (key.has_secret)
		return su_err_new(SU_E_FORMAT, "%s: a secret key does not belong here", path);
	su_vec_push(&trust->keys, key);
	return NULL;
}

static struct su_err *read_keys(struct su_trust *trust, const char *folder)
{
	DIR *dir = opendir(folder);
	struct su_err *err = NULL;

	if (!dir)
		return errno == ENOENT
			       ? NULL
			       : su_err_errno(SU_E_IO, errno, "cannot look into %s", folder);
	err = su_trust_require_own(folder);
	for (struct dirent *entry; !err && (entry = readdir(dir));) {
		SU_FREE char *path = su_format("%s/%s", folder, entry->d_name);

		if (is_public_key(entry->d_name))
			err = add_key(trust, path);
	}
	closedir(dir);
	return err;
}

static struct su_err *parse_revoked(struct su_trust *trust, char *text, const char *path)
{
	struct su_lines lines = { .text = text, .origin = path };
	char *name, *value;

	while (su_lines_next(&lines, &name, &value)) {
		if ((strcmp(name, "key") && strcmp(name, "patch")) || !*value)
			return su_lines_fault(&lines, "neither 'key: ID' nor 'patch: HASH'");
		su_vec_push(&trust->revoked, su_format("%s %s", name, value));
	}
	return NULL;
}

static struct su_err *read_revoked(struct su_trust *trust, const char *path)
{
	struct su_input input;

	if (access(path, F_OK) && errno == ENOENT)
		return NULL;
	SU_TRY(su_trust_require_own(path));
	SU_TRY(su_input_read(path, MOST_REVOKED, &input));
	struct su_err *err = parse_revoked(trust, (char *)input.bytes, path);
	free(input.bytes);
	return err;
}

struct su_err *su_trust_read(const char *config, struct su_trust *ret)
{
	SU_FREE char *keys = su_format("%s/trusted.d", config);
	SU_FREE char *revoked = su_format("%s/revoked", config);
	struct su_trust trust = { 0 };
	struct su_err *err = NULL;

	if (*config) {
		err = su_trust_require_own(config);
		if (!err)
			err = read_keys(&trust, keys);
		if (!err)
			err = read_revoked(&trust, revoked);
	}
	if (err)
		su_trust_deinit(&trust);
	else
		*ret = trust;
	return err;
}

void su_trust_deinit(struct su_trust *trust)
{
	for (size_t i = 0; i < trust->revoked.len; i++)
		free(trust->revoked.at[i]);
	su_vec_deinit(&trust->revoked);
	su_vec_deinit(&trust->keys);
}

/* ---- judging ---- */

static bool is_revoked(const struct su_trust *trust, const char *kind, const char *what)
{
	SU_FREE char *wanted = su_format("%s %s", kind, what);

	for (size_t i = 0; i < trust->revoked.len; i++)
		if (!strcmp(trust->revoked.at[i], wanted))
			return true;
	return false;
}

bool su_trust_revokes(const struct su_trust *trust, const char *hash)
{
	return is_revoked(trust, "patch", hash);
}

enum su_standing su_trust_judge(const struct su_trust *trust, const struct su_signature *signature,
				const char *hash, const struct su_key **ret_key)
{
	*ret_key = NULL;
	if (strcmp(signature->patch, hash))
		return SU_STANDING_BAD;
	for (size_t i = 0; i < trust->keys.len && !*ret_key; i++)
		if (!strcmp(trust->keys.at[i].id, signature->key))
			*ret_key = &trust->keys.at[i];
	if (is_revoked(trust, "key", signature->key) || is_revoked(trust, "patch", hash))
		return SU_STANDING_REVOKED;
	if (!*ret_key)
		return SU_STANDING_UNKNOWN;
	if (!su_signature_is_by(signature, *ret_key))
		return SU_STANDING_BAD;
	return su_key_is_expired(*ret_key) ? SU_STANDING_EXPIRED : SU_STANDING_TRUSTED;
}

const struct su_signature *su_trust_find(const struct su_trust *trust,
					 const struct su_signatures *signatures, const char *hash)
{
	const struct su_key *key;

	for (size_t i = 0; i < signatures->list.len; i++)
		if (su_trust_judge(trust, &signatures->list.at[i], hash, &key) ==
		    SU_STANDING_TRUSTED)
			return &signatures->list.at[i];
	return NULL;
}

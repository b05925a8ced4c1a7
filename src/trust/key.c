/* Keys for signatures: see key.h. */
#include "trust/key.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/input.h"
#include "base/reason.h"
#include "base/text.h"
#include "trust/lines.h"

static struct su_err *start_sodium(void)
{
	return sodium_init() < 0 ? su_err_new(SU_E_INTERNAL, "libsodium cannot be started") : NULL;
}

static void name_by_id(struct su_key *key)
{
	uint8_t hash[crypto_generichash_BYTES];

	crypto_generichash(hash, sizeof(hash), key->public, sizeof(key->public), NULL, 0);
	su_text_hex(hash, 8, key->id);
}

/* ---- reading ---- */

static bool is_day(const char *text)
{
	static const char pattern[] = "dddd-dd-dd";

	if (strlen(text) != sizeof(pattern) - 1)
		return false;
	for (size_t i = 0; pattern[i]; i++)
		if (pattern[i] == 'd' ? text[i] < '0' || text[i] > '9' : text[i] != '-')
			return false;
	return true;
}

static bool take_line(struct su_key *key, const char *name, const char *value)
{
	if (!strcmp(name, "name"))
		return su_lines_text(value, key->name, sizeof(key->name));
	if (!strcmp(name, "public"))
		return su_lines_bytes(value, key->public, sizeof(key->public));
	if (!strcmp(name, "secret")) {
		key->has_secret = su_lines_bytes(value, key->secret, sizeof(key->secret));
		return key->has_secret && !crypto_sign_ed25519_sk_to_pk(key->public, key->secret);
	}
	if (strcmp(name, "not-after") || !is_day(value))
		return false;
	strcpy(key->not_after, value);
	return true;
}

static struct su_err *parse_key(char *text, const char *path, struct su_key *key)
{
	struct su_lines lines = { .text = text, .origin = path };
	char *name, *value;

	if (!su_lines_next(&lines, &name, &value) ||
	    (strcmp(name, "strongupdate-key 1") && strcmp(name, "strongupdate-secret-key 1")))
		return su_err_new(SU_E_FORMAT, "%s: not a key", path);
	while (su_lines_next(&lines, &name, &value))
		if (!take_line(key, name, value))
			return su_lines_fault(&lines, "not understood");
	if (!*key->name || sodium_is_zero(key->public, sizeof(key->public)))
		return su_err_new(SU_E_FORMAT, "%s: no key with a name", path);
	name_by_id(key);
	return NULL;
}

struct su_err *su_key_read(const char *path, struct su_key *ret)
{
	struct su_input input;
	struct su_key key = { 0 };

	SU_TRY(start_sodium());
	SU_TRY(su_input_read(path, SU_KEY_MOST, &input));
	struct su_err *err = parse_key((char *)input.bytes, path, &key);
	sodium_memzero(input.bytes, input.size);
	free(input.bytes);
	if (!err && key.has_secret && input.mode & 077)
		err = su_refuse(SU_WHY_SECRET_IS_OPEN, path);
	if (!err)
		*ret = key;
	sodium_memzero(&key, sizeof(key));
	return err;
}

bool su_key_is_expired(const struct su_key *key)
{
	time_t now = time(NULL);
	char today[32];
	struct tm tm;

	if (!*key->not_after || !gmtime_r(&now, &tm))
		return false;
	strftime(today, sizeof(today), "%Y-%m-%d", &tm);
	return strcmp(today, key->not_after) > 0;
}

/* ---- making ---- */

/* Never over another one: who lost a secret key cannot have it back. */
static struct su_err *write_new(const char *path, const char *text, mode_t mode)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
	size_t size = strlen(text);

	if (fd < 0)
		return su_err_errno(SU_E_IO, errno, "cannot create %s", path);
	bool done = write(fd, text, size) == (ssize_t)size && !fsync(fd);
	int errnum = errno;
	if (close(fd) || !done) {
		unlink(path);
		return su_err_errno(SU_E_IO, done ? errno : errnum, "cannot write %s", path);
	}
	return NULL;
}

static char *text_of(const struct su_key *key, bool secret)
{
	const uint8_t *bytes = secret ? key->secret : key->public;
	char base64[128];

	sodium_bin2base64(base64, sizeof(base64), bytes, secret ? SU_KEY_SECRET : SU_KEY_PUBLIC,
			  sodium_base64_VARIANT_ORIGINAL);
	return su_format("strongupdate-%skey 1\nname: %s\n%s: %s\n", secret ? "secret-" : "",
			 key->name, secret ? "secret" : "public", base64);
}

struct su_err *su_key_create(const char *path, const char *name, struct su_key *ret)
{
	SU_FREE char *public_path = su_format("%s.pub", path);
	struct su_key key = { .has_secret = true };

	if (!su_lines_text(name, key.name, sizeof(key.name)))
		return su_err_new(SU_E_USAGE,
				  "a key needs a name of at most %d bytes, without "
				  "control characters",
				  SU_KEY_NAME - 1);
	SU_TRY(start_sodium());
	crypto_sign_keypair(key.public, key.secret);
	name_by_id(&key);
	SU_FREE char *public_text = text_of(&key, false);
	char *secret_text = text_of(&key, true);
	struct su_err *err = write_new(path, secret_text, 0600);
	sodium_memzero(secret_text, strlen(secret_text));
	free(secret_text);
	if (!err) {
		err = write_new(public_path, public_text, 0644);
		if (err)
			unlink(path);
	}
	if (!err)
		*ret = key;
	sodium_memzero(key.secret, sizeof(key.secret));
	return err;
}

/* Signatures of patches: see signature.h. */
#include "trust/signature.h"

#include <errno.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/input.h"
#include "base/text.h"
#include "trust/lines.h"

#define FIRST_LINE "strongupdate-signature 1\n"
#define LAST_NAME "\nsignature: "

void su_signature_hash(const uint8_t *bytes, size_t size, char *ret)
{
	uint8_t hash[SU_SIGNATURE_HASH];

	crypto_generichash(hash, sizeof(hash), bytes, size, NULL, 0);
	su_text_hex(hash, sizeof(hash), ret);
}

/* ---- reading ---- */

static bool add_advisory(struct su_signature *signature, const char *value)
{
	size_t len = strlen(signature->advisories), room = sizeof(signature->advisories);

	if (len && len + 1 < room)
		signature->advisories[len++] = ' ';
	signature->advisories[len] = 0;
	return su_lines_text(value, signature->advisories + len, room - len);
}

static bool is_hex(const char *value, size_t digits)
{
	return strlen(value) == digits && strspn(value, "0123456789abcdef") == digits;
}

static bool take_line(struct su_signature *signature, const char *name, const char *value)
{
	if (!strcmp(name, "patch") && is_hex(value, 2 * SU_SIGNATURE_HASH))
		return su_lines_text(value, signature->patch, sizeof(signature->patch));
	if (!strcmp(name, "key") && is_hex(value, 16))
		return su_lines_text(value, signature->key, sizeof(signature->key));
	if (!strcmp(name, "signed"))
		return su_lines_text(value, signature->signed_at, sizeof(signature->signed_at));
	if (!strcmp(name, "package"))
		return su_lines_text(value, signature->package, sizeof(signature->package));
	if (!strcmp(name, "version"))
		return su_lines_text(value, signature->version, sizeof(signature->version));
	return !strcmp(name, "advisory") && add_advisory(signature, value);
}

/* One signature at `text`; *ret_next: what follows it. */
static struct su_err *parse_one(const char *text, const char *origin, struct su_signature *ret,
				const char **ret_next)
{
	struct su_signature signature = { .message = text };
	const char *last = strstr(text, LAST_NAME);

	if (strncmp(text, FIRST_LINE, strlen(FIRST_LINE)) || !last)
		return su_err_new(SU_E_FORMAT, "%s: not a signature", origin);
	signature.message_size = (size_t)(last + 1 - text);
	const char *value = last + strlen(LAST_NAME), *end = strchrnul(value, '\n');
	SU_FREE char *base64 = strndup(value, (size_t)(end - value));
	SU_FREE char *message = strndup(text, signature.message_size);
	su_assert(base64 && message);
	struct su_lines lines = { .text = message + strlen(FIRST_LINE),
				  .origin = origin,
				  .number = 1 };
	char *name, *said;
	while (su_lines_next(&lines, &name, &said))
		if (!take_line(&signature, name, said))
			return su_lines_fault(&lines, "not understood");
	if (!*signature.patch || !*signature.key ||
	    !su_lines_bytes(base64, signature.bytes, sizeof(signature.bytes)))
		return su_err_new(SU_E_FORMAT, "%s: not a whole signature", origin);
	*ret_next = *end ? end + 1 : end;
	*ret = signature;
	return NULL;
}

struct su_err *su_signatures_parse(const char *text, size_t size, const char *origin,
				   struct su_signatures *ret)
{
	struct su_signatures signatures = { .text = su_alloc(size + 1) };
	struct su_err *err = NULL;

	memcpy(signatures.text, text, size);
	if (strlen(signatures.text) != size)
		err = su_err_new(SU_E_FORMAT, "%s: not a text", origin);
	for (const char *at = signatures.text; !err && *at;) {
		struct su_signature signature;

		err = parse_one(at, origin, &signature, &at);
		if (!err)
			su_vec_push(&signatures.list, signature);
	}
	if (err)
		su_signatures_deinit(&signatures);
	else
		*ret = signatures;
	return err;
}

struct su_err *su_signatures_read(const char *path, struct su_signatures *ret)
{
	SU_FREE char *beside = su_format("%s.sig", path);
	struct su_input input;

	*ret = (struct su_signatures){ 0 };
	if (access(beside, F_OK) && errno == ENOENT)
		return NULL;
	SU_TRY(su_input_read(beside, SU_SIGNATURE_MOST, &input));
	struct su_err *err = su_signatures_parse((char *)input.bytes, input.size, beside, ret);
	free(input.bytes);
	return err;
}

void su_signatures_deinit(struct su_signatures *signatures)
{
	su_vec_deinit(&signatures->list);
	free(signatures->text);
	signatures->text = NULL;
}

bool su_signature_is_by(const struct su_signature *signature, const struct su_key *key)
{
	return !strcmp(signature->key, key->id) &&
	       !crypto_sign_verify_detached(signature->bytes, (const uint8_t *)signature->message,
					    signature->message_size, key->public);
}

/* ---- making ---- */

static char *now_text(void)
{
	time_t now = time(NULL);
	char text[32] = "";
	struct tm tm;

	if (gmtime_r(&now, &tm))
		strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm);
	return su_strdup(text);
}

static void append_line(char **text, const char *name, const char *value)
{
	char *longer = value ? su_format("%s%s: %s\n", *text, name, value) : NULL;

	if (!longer)
		return;
	free(*text);
	*text = longer;
}

static char *message_of(const char *hash, const struct su_key *key,
			const struct su_statement *statement)
{
	SU_FREE char *now = now_text();
	char *text = su_strdup(FIRST_LINE);

	append_line(&text, "patch", hash);
	append_line(&text, "key", key->id);
	append_line(&text, "signed", now);
	append_line(&text, "package", statement->package);
	append_line(&text, "version", statement->version);
	for (size_t i = 0; i < statement->advisory_count; i++)
		append_line(&text, "advisory", statement->advisories[i]);
	return text;
}

static char *sign_bytes(const char *message, const struct su_key *key)
{
	uint8_t bytes[crypto_sign_BYTES];
	char base64[128];

	crypto_sign_detached(bytes, NULL, (const uint8_t *)message, strlen(message), key->secret);
	sodium_bin2base64(base64, sizeof(base64), bytes, sizeof(bytes),
			  sodium_base64_VARIANT_ORIGINAL);
	return su_format("%ssignature: %s\n", message, base64);
}

struct su_err *su_signature_add(const char *path, const char *hash, const struct su_key *key,
				const struct su_statement *statement)
{
	SU_FREE char *beside = su_format("%s.sig", path);
	struct su_signatures before, all;

	SU_TRY(su_signatures_read(path, &before));
	SU_FREE char *message = message_of(hash, key, statement);
	SU_FREE char *made = sign_bytes(message, key);
	SU_FREE char *text = su_format("%s%s", before.text ? before.text : "", made);
	su_signatures_deinit(&before);
	/* What the signer says may not be such that nobody can read it. */
	SU_TRY(su_signatures_parse(text, strlen(text), "what is to be signed", &all));
	su_signatures_deinit(&all);
	return su_output_write(beside, text, strlen(text), 0644);
}

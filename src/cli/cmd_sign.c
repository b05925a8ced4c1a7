/* strongupdate keygen, sign and verify-signature: who vouches for a patch. */
#include <stdio.h>
#include <string.h>

#include "cli/cli.h"

int cmd_keygen(const struct cli_args *args)
{
	const char *path = args->operands[0];
	char id[17];
	struct strongupdate_error *error =
		strongupdate_keygen(path, args->key_name ? args->key_name : path, id);

	if (error)
		return cli_fail(args->json, error);
	if (args->json) {
		struct su_json json = { 0 };

		su_json_object(&json, NULL);
		cli_json_result(&json, "made", NULL);
		su_json_string(&json, "key_id", id);
		su_json_end(&json);
		return cli_json_finish(&json, STRONGUPDATE_DONE);
	}
	printf("key %s: keep %s secret, and put %s.pub where patches signed by it are to be "
	       "trusted, into /etc/strongupdate/trusted.d\n",
	       id, cli_visible(path), cli_visible(path));
	return cli_finish(STRONGUPDATE_DONE);
}

/* ---- signatures of a patch ---- */

static const char *or_nothing(const char *text, const char *nothing)
{
	return text && *text ? text : nothing;
}

void cli_json_signatures(struct su_json *json, const struct strongupdate_patch *patch)
{
	const struct strongupdate_patch_info *info = strongupdate_patch_info(patch);

	su_json_array(json, "signatures");
	for (size_t i = 0; i < info->signature_count; i++) {
		struct strongupdate_signature one = strongupdate_patch_signature(patch, i);

		su_json_object(json, NULL);
		su_json_string(json, "standing", one.standing);
		su_json_string(json, "key_id", one.key_id);
		su_json_string(json, "key_name", one.key_name);
		su_json_string(json, "signed_at", one.signed_at);
		su_json_string(json, "package", one.package);
		su_json_string(json, "version", one.version);
		su_json_string(json, "advisories", one.advisories);
		su_json_end(json);
	}
	su_json_end(json);
}

void cli_print_signatures(const struct strongupdate_patch *patch)
{
	const struct strongupdate_patch_info *info = strongupdate_patch_info(patch);

	if (!info->signature_count)
		printf("not signed\n");
	for (size_t i = 0; i < info->signature_count; i++) {
		struct strongupdate_signature one = strongupdate_patch_signature(patch, i);

		printf("signed by %s (key %s, %s)", cli_visible(or_nothing(one.key_name, "?")),
		       one.key_id, one.standing);
		if (*one.signed_at)
			printf(" on %s", cli_visible(one.signed_at));
		if (*one.package || *one.version)
			printf(": %s %s", cli_visible(one.package), cli_visible(one.version));
		if (*one.advisories)
			printf(", for %s", cli_visible(one.advisories));
		putchar('\n');
	}
}

const char *cli_signer(const struct strongupdate_patch *patch)
{
	const struct strongupdate_patch_info *info = strongupdate_patch_info(patch);

	for (size_t i = 0; i < info->signature_count; i++) {
		struct strongupdate_signature one = strongupdate_patch_signature(patch, i);

		if (strcmp(one.standing, "trusted") == 0)
			return one.key_name;
	}
	return NULL;
}

int cmd_sign(const struct cli_args *args)
{
	const char *path = args->operands[0];
	const struct strongupdate_statement statement = {
		.size = sizeof(statement),
		.package = args->package,
		.version = args->package_version,
		.advisories = args->advisories.at,
		.advisory_count = args->advisories.len,
	};
	struct strongupdate_error *error = strongupdate_sign(path, args->key, &statement);

	if (error)
		return cli_fail(args->json, error);
	if (args->json) {
		struct su_json json = { 0 };

		su_json_object(&json, NULL);
		cli_json_result(&json, "signed", NULL);
		su_json_end(&json);
		return cli_json_finish(&json, STRONGUPDATE_DONE);
	}
	printf("%s.sig: signed\n", cli_visible(path));
	return cli_finish(STRONGUPDATE_DONE);
}

/* Says who signed; `error`: that nobody did whom we trust. */
static int say_signatures(const struct cli_args *args, const struct strongupdate_patch *patch,
			  struct strongupdate_error *error)
{
	int status = error ? (int)strongupdate_error_exit(error) : STRONGUPDATE_DONE;

	if (error)
		cli_complain("%s", strongupdate_error_message(error));
	if (args->json) {
		struct su_json json = { 0 };

		su_json_object(&json, NULL);
		cli_json_result(&json, "trusted", error);
		su_json_string(&json, "patch", strongupdate_patch_info(patch)->hash);
		cli_json_signatures(&json, patch);
		su_json_end(&json);
		status = cli_json_finish(&json, status);
	} else {
		cli_print_signatures(patch);
		status = cli_finish(status);
	}
	strongupdate_error_free(error);
	return status;
}

int cmd_verify_signature(const struct cli_args *args)
{
	struct strongupdate_patch *patch;
	struct strongupdate_error *error = strongupdate_patch_open(args->operands[0], &patch);

	if (error)
		return cli_fail(args->json, error);
	int status = say_signatures(args, patch, strongupdate_patch_judge(patch, args->trust));
	strongupdate_patch_close(patch);
	return status;
}

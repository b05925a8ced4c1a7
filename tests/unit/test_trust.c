/*
 * Whom we trust: keys, signatures, revocation and the policy, in a folder of this test.  Each
 * signature here is right at first; what is then changed must not be trusted any more.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/input.h"
#include "suite.h"
#include "trust/policy.h"
#include "trust/state.h"
#include "trust/trust.h"

static char folder[] = "/tmp/test_trust.XXXXXX";
static struct su_key key;
static char hash[65];

static void fine(struct su_err *err)
{
	ck_assert_msg(!err, "%s", err ? su_err_message(err) : "");
}

static void refused(struct su_err *err, const char *reason)
{
	ck_assert(err);
	ck_assert_str_eq(su_err_reason(err), reason);
	su_err_destroy(err);
}

static void put(const char *name, const char *text)
{
	fine(su_output_write(name, text, strlen(text), 0644));
}

static void publish(void)
{
	SU_FREE char *command = su_format("cp *.pub trusted.d/");

	ck_assert_int_eq(system(command), 0);
}

static void setup(void)
{
	const struct su_statement statement = { .package = "server",
						.version = "2",
						.advisories = (const char *[]){ "CVE-2026-1" },
						.advisory_count = 1 };

	strcpy(folder + strlen(folder) - 6, "XXXXXX");
	ck_assert(mkdtemp(folder) && !chdir(folder));
	ck_assert(!mkdir("trusted.d", 0755));
	put("patch", "these are the bytes of a patch");
	su_signature_hash((const uint8_t *)"these are the bytes of a patch", 30, hash);
	fine(su_key_create("site", "Site", &key));
	fine(su_key_read("site", &key));
	fine(su_signature_add("patch", hash, &key, &statement));
	publish();
}

static void teardown(void)
{
	SU_FREE char *command = su_format("rm -r %s", folder);

	ck_assert_int_eq(system(command), 0);
}

/* What the first signature beside the patch is worth. */
static enum su_standing standing_of(const char *patch_hash)
{
	struct su_signatures signatures;
	struct su_trust trust;
	const struct su_key *signer;

	fine(su_trust_read(".", &trust));
	fine(su_signatures_read("patch", &signatures));
	enum su_standing standing =
		su_trust_judge(&trust, &signatures.list.at[0], patch_hash, &signer);
	su_signatures_deinit(&signatures);
	su_trust_deinit(&trust);
	return standing;
}

START_TEST(a_signature_is_trusted)
{
	struct su_signatures signatures;

	ck_assert_int_eq(standing_of(hash), SU_STANDING_TRUSTED);
	fine(su_signatures_read("patch", &signatures));
	ck_assert_uint_eq(signatures.list.len, 1);
	ck_assert_str_eq(signatures.list.at[0].package, "server");
	ck_assert_str_eq(signatures.list.at[0].advisories, "CVE-2026-1");
	su_signatures_deinit(&signatures);
}
END_TEST

/* Whatever byte of it is changed. */
START_TEST(a_changed_one_is_not)
{
	struct su_signatures signatures;
	struct su_trust trust;
	struct su_input input;

	fine(su_trust_read(".", &trust));
	fine(su_input_read("patch.sig", 4096, &input));
	for (size_t i = 0; i + 1 < input.size; i++) {
		input.bytes[i] ^= 1;
		struct su_err *err =
			su_signatures_parse((char *)input.bytes, input.size, "test", &signatures);
		if (!err) {
			ck_assert_msg(!su_trust_find(&trust, &signatures, hash), "byte %zu", i);
			su_signatures_deinit(&signatures);
		}
		su_err_destroy(err);
		input.bytes[i] ^= 1;
	}
	fine(su_signatures_parse((char *)input.bytes, input.size, "test", &signatures));
	ck_assert(su_trust_find(&trust, &signatures, hash));
	su_signatures_deinit(&signatures);
	su_trust_deinit(&trust);
	free(input.bytes);
}
END_TEST

START_TEST(one_of_another_patch_is_not)
{
	char other[65];

	su_signature_hash((const uint8_t *)"these are the bytes of a Patch", 30, other);
	ck_assert_int_eq(standing_of(other), SU_STANDING_BAD);
}
END_TEST

START_TEST(a_key_can_be_replaced)
{
	const struct su_statement nothing = { 0 };
	struct su_signatures signatures;
	struct su_trust trust;
	struct su_key next;

	fine(su_key_create("next", "Site, next", &next));
	fine(su_key_read("next", &next));
	fine(su_signature_add("patch", hash, &next, &nothing));
	publish();
	ck_assert_int_eq(standing_of(hash), SU_STANDING_TRUSTED);
	ck_assert(!unlink("trusted.d/site.pub"));
	ck_assert_int_eq(standing_of(hash), SU_STANDING_UNKNOWN);
	fine(su_trust_read(".", &trust));
	fine(su_signatures_read("patch", &signatures));
	ck_assert_uint_eq(signatures.list.len, 2);
	ck_assert_str_eq(su_trust_find(&trust, &signatures, hash)->key, next.id);
	su_signatures_deinit(&signatures);
	su_trust_deinit(&trust);
}
END_TEST

START_TEST(a_lost_key_is_revoked)
{
	SU_FREE char *text = su_format("# stolen\nkey: %s\n", key.id);

	put("revoked", text);
	ck_assert_int_eq(standing_of(hash), SU_STANDING_REVOKED);
}
END_TEST

START_TEST(a_patch_is_revoked)
{
	SU_FREE char *text = su_format("patch: %s\n", hash);

	put("revoked", text);
	ck_assert_int_eq(standing_of(hash), SU_STANDING_REVOKED);
}
END_TEST

START_TEST(a_key_has_a_last_day)
{
	struct su_input input;

	fine(su_input_read("site.pub", 4096, &input));
	SU_FREE char *over = su_format("%snot-after: 2020-01-31\n", input.bytes);
	SU_FREE char *yet = su_format("%snot-after: 2999-01-31\n", input.bytes);
	put("trusted.d/site.pub", over);
	ck_assert_int_eq(standing_of(hash), SU_STANDING_EXPIRED);
	put("trusted.d/site.pub", yet);
	ck_assert_int_eq(standing_of(hash), SU_STANDING_TRUSTED);
	free(input.bytes);
}
END_TEST

/* A key with another's id in its name is another's key all the same. */
START_TEST(a_key_is_known_by_what_it_is)
{
	struct su_key other;

	fine(su_key_create("other", "Site", &other));
	ck_assert(!unlink("trusted.d/site.pub") && !rename("other.pub", "trusted.d/site.pub"));
	ck_assert_int_eq(standing_of(hash), SU_STANDING_UNKNOWN);
}
END_TEST

/* ---- what is believed ---- */

START_TEST(what_others_can_write_is_not_believed)
{
	static const char *const names[] = { ".", "trusted.d", "trusted.d/site.pub", "revoked" };
	struct su_trust trust;

	put("revoked", "key: 0011223344556677\n");
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		struct stat st;

		ck_assert(!stat(names[i], &st) && !chmod(names[i], 0777));
		refused(su_trust_read(".", &trust), "foreign-file");
		ck_assert(!chmod(names[i], st.st_mode));
	}
	fine(su_trust_read(".", &trust));
	su_trust_deinit(&trust);
}
END_TEST

START_TEST(a_secret_key_is_kept_secret)
{
	struct su_key other;

	ck_assert(!chmod("site", 0640));
	refused(su_key_read("site", &other), "secret-is-open");
	refused(su_key_create("site", "again", &other), "io"); /* never over another */
}
END_TEST

/* A writer that never comes must not be waited for. */
START_TEST(a_fifo_is_no_file)
{
	struct su_input input;

	ck_assert(!mkfifo("fifo", 0644));
	refused(su_input_read("fifo", 4096, &input), "format");
	refused(su_input_read("patch", 29, &input), "format"); /* one byte too many */
}
END_TEST

START_TEST(a_policy_is_understood_wholly_or_not_at_all)
{
	static const char *const wrong[] = {
		"",
		"signatures: required\n",
		"strongupdate-policy 2\nsignatures: required\n",
		"strongupdate-policy 1\nsignatures: Required\n",
		"strongupdate-policy 1\nsignature: required\n",
		"strongupdate-policy 1\nusers:\n",
		"strongupdate-policy 1\nusers: root\nusers: nobody\n",
		"strongupdate-policy 1\nmax-processes: many\n",
		"strongupdate-policy 1\nmax-timeout: -1\n",
	};
	struct su_policy policy;

	fine(su_policy_read(".", &policy));
	ck_assert(!policy.signatures_required && su_policy_allows_user(&policy, 1234));
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		put("policy", wrong[i]);
		refused(su_policy_read(".", &policy), "format");
	}
	put("policy", "strongupdate-policy 1\n# ours\nsignatures: required\nusers: root 1234\n"
		      "executables: /usr/sbin/?* /opt/a\nmax-processes: 7\nmax-timeout: 2.5\n");
	fine(su_policy_read(".", &policy));
	ck_assert(policy.signatures_required && policy.max_processes == 7);
	ck_assert(su_policy_allows_user(&policy, 0) && su_policy_allows_user(&policy, 1234) &&
		  !su_policy_allows_user(&policy, 123));
	ck_assert(su_policy_allows_executable(&policy, "/usr/sbin/nginx") &&
		  !su_policy_allows_executable(&policy, "/usr/sbin/x/nginx") &&
		  !su_policy_allows_executable(&policy, "/tmp/usr/sbin/nginx"));
	su_policy_deinit(&policy);
}
END_TEST

/* ---- what is kept ---- */

START_TEST(patches_are_kept_until_the_next_boot)
{
	const uint8_t bytes[] = "patch", other[] = "Patch";
	struct su_state state;

	ck_assert(!mkdir("state", 0700) && !setenv("STRONGUPDATE_STATE", "state", 1));
	fine(su_state_open("first", &state));
	if (strcmp(state.folder, "state")) { /* this machine has one of its own */
		su_state_close(&state);
		return;
	}
	fine(su_state_keep(&state, bytes, sizeof(bytes), NULL));
	ck_assert(su_state_has(&state, bytes, sizeof(bytes)));
	ck_assert(!su_state_has(&state, other, sizeof(other)));
	su_state_close(&state);
	fine(su_state_open("first", &state));
	ck_assert(su_state_has(&state, bytes, sizeof(bytes)));
	su_state_close(&state);
	fine(su_state_open("second", &state));
	ck_assert(!su_state_has(&state, bytes, sizeof(bytes)));
	su_state_close(&state);
}
END_TEST

START_TEST(a_file_at_its_limit_leaves_nothing)
{
	static const char text[100000];
	struct rlimit limit, before;
	struct su_input input;

	ck_assert(!getrlimit(RLIMIT_FSIZE, &before));
	limit = before;
	limit.rlim_cur = 1000;
	put("old", "as before");
	ck_assert(!chmod("old", 0640) && !setrlimit(RLIMIT_FSIZE, &limit));
	refused(su_output_write("old", text, sizeof(text), 0644), "io");
	ck_assert(!setrlimit(RLIMIT_FSIZE, &before));
	ck_assert_int_eq(system("ls | grep -q 'old\\.'"), 256);
	fine(su_input_read("old", 4096, &input));
	ck_assert_str_eq((char *)input.bytes, "as before");
	free(input.bytes);
	put("old", "another");
	fine(su_input_read("old", 4096, &input));
	ck_assert_uint_eq(input.mode & 0777, 0640);
	free(input.bytes);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("trust");
	TCase *tcase = tcase_create("trust");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, a_signature_is_trusted);
	tcase_add_test(tcase, a_changed_one_is_not);
	tcase_add_test(tcase, one_of_another_patch_is_not);
	tcase_add_test(tcase, a_key_can_be_replaced);
	tcase_add_test(tcase, a_lost_key_is_revoked);
	tcase_add_test(tcase, a_patch_is_revoked);
	tcase_add_test(tcase, a_key_has_a_last_day);
	tcase_add_test(tcase, a_key_is_known_by_what_it_is);
	tcase_add_test(tcase, what_others_can_write_is_not_believed);
	tcase_add_test(tcase, a_secret_key_is_kept_secret);
	tcase_add_test(tcase, a_fifo_is_no_file);
	tcase_add_test(tcase, a_policy_is_understood_wholly_or_not_at_all);
	tcase_add_test(tcase, patches_are_kept_until_the_next_boot);
	tcase_add_test(tcase, a_file_at_its_limit_leaves_nothing);
	suite_add_tcase(suite, tcase);
	return run_suite(suite);
}

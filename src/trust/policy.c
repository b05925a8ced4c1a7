/* What may be done on this machine: see policy.h. */
#include "trust/policy.h"

#include <errno.h>
#include <fnmatch.h>
#include <math.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/input.h"
#include "trust/lines.h"
#include "trust/trust.h"

static bool take_number(const char *value, double *ret)
{
	char *end;
	double number = strtod(value, &end);

	if (end == value || *end || !isfinite(number) || number <= 0)
		return false;
	*ret = number;
	return true;
}

static bool take_list(const char *value, char **list)
{
	if (*list || !*value)
		return false;
	*list = su_strdup(value);
	return true;
}

static bool take_line(struct su_policy *policy, const char *name, const char *value)
{
	double number;

	if (!strcmp(name, "signatures")) {
		policy->signatures_required = !strcmp(value, "required");
		return policy->signatures_required || !strcmp(value, "optional");
	}
	if (!strcmp(name, "users"))
		return take_list(value, &policy->users);
	if (!strcmp(name, "executables"))
		return take_list(value, &policy->executables);
	if (!strcmp(name, "max-timeout"))
		return take_number(value, &policy->max_timeout);
	if (strcmp(name, "max-processes") || !take_number(value, &number) || number > 1e9)
		return false;
	policy->max_processes = (unsigned long)number;
	return true;
}

static struct su_err *parse_policy(char *text, const char *path, struct su_policy *policy)
{
	struct su_lines lines = { .text = text, .origin = path };
	char *name, *value;

	if (!su_lines_next(&lines, &name, &value) || strcmp(name, "strongupdate-policy 1"))
		return su_err_new(SU_E_FORMAT, "%s: not a policy", path);
	while (su_lines_next(&lines, &name, &value))
		if (!take_line(policy, name, value))
			return su_lines_fault(&lines, "not understood");
	return NULL;
}

struct su_err *su_policy_read(const char *config, struct su_policy *ret)
{
	SU_FREE char *path = su_format("%s/policy", config);
	struct su_policy policy = { 0 };
	struct su_input input;

	*ret = policy;
	if (!*config || (access(path, F_OK) && errno == ENOENT))
		return NULL;
	SU_TRY(su_trust_require_own(path));
	SU_TRY(su_input_read(path, SU_POLICY_MOST, &input));
	struct su_err *err = parse_policy((char *)input.bytes, path, &policy);
	free(input.bytes);
	if (err)
		su_policy_deinit(&policy);
	else
		*ret = policy;
	return err;
}

void su_policy_deinit(struct su_policy *policy)
{
	free(policy->users);
	free(policy->executables);
	*policy = (struct su_policy){ 0 };
}

/* Whether one of the words is it. */
static bool any_word(const char *words, bool (*matches)(const char *word, const void *ctx),
		     const void *ctx)
{
	SU_FREE char *copy = su_strdup(words);
	char *rest = NULL;

	for (char *word = strtok_r(copy, " \t", &rest); word; word = strtok_r(NULL, " \t", &rest))
		if (matches(word, ctx))
			return true;
	return false;
}

static bool is_user(const char *word, const void *ctx)
{
	const uid_t *uid = ctx;
	char *end;
	unsigned long number = strtoul(word, &end, 10);

	if (!*end)
		return number == *uid;
	const struct passwd *entry = getpwnam(word);
	return entry && entry->pw_uid == *uid;
}

bool su_policy_allows_user(const struct su_policy *policy, uid_t uid)
{
	return !policy->users || any_word(policy->users, is_user, &uid);
}

static bool is_pattern_of(const char *word, const void *ctx)
{
	return !fnmatch(word, ctx, FNM_PATHNAME);
}

bool su_policy_allows_executable(const struct su_policy *policy, const char *path)
{
	return !policy->executables || any_word(policy->executables, is_pattern_of, path);
}

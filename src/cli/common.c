/* How commands say results and errors: see cli.h. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "cli/cli.h"

const char *cli_visible(const char *text)
{
	static struct su_arena *arena; /* holds what is printed: little */

	if (!arena)
		arena = su_arena_create();
	SU_FREE char *visible = su_text_visible(text);
	return su_arena_strdup(arena, visible);
}

void cli_complain(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	SU_FREE char *text = su_vformat(fmt, args);
	va_end(args);
	fflush(stdout);
	fprintf(stderr, "strongupdate: %s\n", cli_visible(text));
}

int cli_usage(bool json, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	SU_FREE char *text = su_vformat(fmt, args);
	va_end(args);
	cli_complain("%s", text);
	if (!json)
		return STRONGUPDATE_USAGE;

	struct su_json object = { 0 };
	su_json_object(&object, NULL);
	su_json_string(&object, "result", "error");
	su_json_string(&object, "code", "usage");
	su_json_string(&object, "reason_id", "usage");
	su_json_string(&object, "reason", text);
	su_json_end(&object);
	return cli_json_finish(&object, STRONGUPDATE_USAGE);
}

int cli_fail(bool json, struct strongupdate_error *error)
{
	int status = strongupdate_error_exit(error);

	cli_complain("%s", strongupdate_error_message(error));
	if (json) {
		struct su_json object = { 0 };

		su_json_object(&object, NULL);
		cli_json_result(&object, NULL, error);
		su_json_end(&object);
		status = cli_json_finish(&object, status);
	}
	strongupdate_error_free(error);
	return status;
}

const char *cli_result_of(const struct strongupdate_error *error)
{
	return strongupdate_error_exit(error) == STRONGUPDATE_REFUSED ? "refused" : "error";
}

void cli_json_result(struct su_json *json, const char *success,
		     const struct strongupdate_error *error)
{
	su_json_string(json, "result", error ? cli_result_of(error) : success);
	su_json_string(json, "code", error ? strongupdate_error_code(error) : NULL);
	su_json_string(json, "reason_id", error ? strongupdate_error_reason(error) : NULL);
	su_json_string(json, "reason", error ? strongupdate_error_message(error) : NULL);
}

void cli_json_reason(struct su_json *json, const char *reason)
{
	su_json_string(json, "reason_id", reason ? strongupdate_reason_id(reason) : NULL);
	su_json_string(json, "reason", reason);
}

static bool change_made; /* it cannot be made undone by want of a reader */

void cli_note_change(void)
{
	change_made = true;
}

static int output_failed(int status)
{
	fprintf(stderr, "strongupdate: cannot write to standard output: %s\n", strerror(errno));
	return status || change_made ? status : STRONGUPDATE_ERROR;
}

int cli_json_finish(struct su_json *json, int status)
{
	bool printed = su_json_print(json, stdout);

	su_json_deinit(json);
	return printed ? status : output_failed(status);
}

int cli_finish(int status)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return status;
	return output_failed(status);
}

bool cli_parse_pid(const char *text, pid_t *ret)
{
	char *end;

	if (*text < '0' || *text > '9')
		return false;
	errno = 0;
	long value = strtol(text, &end, 10);
	if (errno || *end || value <= 0 || value > INT_MAX)
		return false;
	*ret = (pid_t)value;
	return true;
}

const char *cli_format_us(double us, char buffer[32])
{
	if (us < 1000)
		snprintf(buffer, 32, "%.0f us", us);
	else if (us < 1e6)
		snprintf(buffer, 32, "%.1f ms", us / 1e3);
	else
		snprintf(buffer, 32, "%.2f s", us / 1e6);
	return buffer;
}

const char *cli_plural(uint64_t count)
{
	return count == 1 ? "" : "s";
}

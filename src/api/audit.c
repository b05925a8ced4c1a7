/*
 * What is written down of updates: in the journal where there is one, else by syslog(3), and a line
 * for each process in the state folder.
 *
 * The journal and syslog know by themselves who we are; the user who logged in is added, since
 * sudo(8) and su(1) change the others.  Names of foreign origin are escaped.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#ifdef SU_HAVE_SYSTEMD
#include <systemd/sd-journal.h>
#endif

#include "api/guard.h"
#include "base/alloc.h"
#include "base/json.h"
#include "base/text.h"
#include "process/proc.h"

/* One thing that happened. */
struct event {
	const char *command, *result; /* "apply", "applied" */
	pid_t pid;		      /* 0: none */
	const char *process;	      /* its name */
	const char *reason;	      /* of a refusal, or NULL */
	const char *old_build, *new_build, *hash, *signer;
	double duration_us, pause_us;
};

static const char *or_nothing(const char *text)
{
	return text ? text : "";
}

static int priority_of(const struct event *event)
{
	return event->reason ? LOG_WARNING : LOG_NOTICE;
}

static char *text_of(const struct event *event)
{
	SU_FREE char *process = su_text_visible(or_nothing(event->process));
	SU_FREE char *reason = su_text_visible(or_nothing(event->reason));
	SU_FREE char *whom =
		event->pid ? su_format(" process %d (%s)", event->pid, process) : su_strdup("");

	return su_format(
		"%s%s: %s%s%s; patch %.16s, build %.12s -> %.12s, signed by %s; by user %u, "
		"login %u; %.1f ms, pause %.0f us",
		event->command, whom, event->result, event->reason ? ": " : "", reason,
		or_nothing(event->hash), or_nothing(event->old_build), or_nothing(event->new_build),
		event->signer ? event->signer : "nobody", (unsigned)getuid(), su_proc_login_user(),
		event->duration_us / 1000, event->pause_us);
}

static void send_event(const struct event *event)
{
	SU_FREE char *text = text_of(event);

#ifdef SU_HAVE_SYSTEMD
	if (sd_journal_send("MESSAGE=%s", text, "PRIORITY=%d", priority_of(event),
			    "SYSLOG_IDENTIFIER=strongupdate", "STRONGUPDATE_COMMAND=%s",
			    event->command, "STRONGUPDATE_RESULT=%s", event->result,
			    "STRONGUPDATE_PID=%d", event->pid, "STRONGUPDATE_PATCH=%s",
			    or_nothing(event->hash), "STRONGUPDATE_SIGNER=%s",
			    or_nothing(event->signer), NULL) >= 0 &&
	    access("/run/systemd/journal/socket", F_OK) == 0)
		return;
#endif
	/* The caller's own openlog() stays as it is. */
	syslog(LOG_AUTHPRIV | priority_of(event), "strongupdate: %s", text);
}

/* What the state folder has of a process. It cannot fail the update that is done: the log says. */
static void keep_event(const struct su_state *state, const struct event *event)
{
	struct su_json json = { 0 };

	su_json_object(&json, NULL);
	su_json_int(&json, "time", time(NULL));
	su_json_string(&json, "command", event->command);
	su_json_string(&json, "result", event->result);
	su_json_int(&json, "pid", event->pid);
	su_json_string(&json, "process", event->process);
	su_json_string(&json, "patch", event->hash);
	su_json_string(&json, "old_build_id", event->old_build);
	su_json_string(&json, "new_build_id", event->new_build);
	su_json_string(&json, "signer", event->signer);
	su_json_int(&json, "user", getuid());
	su_json_end(&json);
	su_vec_push(&json.text, 0);
	struct su_err *err = su_state_note(state, json.text.at);
	if (err)
		syslog(LOG_AUTHPRIV | LOG_WARNING, "strongupdate: %s", su_err_message(err));
	su_err_destroy(err);
	su_json_deinit(&json);
}

static const char *signer_of(const struct su_guard *guard, const struct strongupdate_patch *patch)
{
	const struct su_key *key;

	for (size_t i = 0; patch && i < patch->signatures.list.len; i++)
		if (su_trust_judge(&guard->trust, &patch->signatures.list.at[i], patch->hash,
				   &key) == SU_STANDING_TRUSTED)
			return key->name;
	return NULL;
}

static struct event event_of(const struct su_guard *guard, const char *command,
			     const struct strongupdate_patch *patch)
{
	struct event event = { .command = command, .signer = signer_of(guard, patch) };

	if (!patch)
		return event;
	event.hash = patch->hash;
	event.old_build = patch->old_build_id;
	event.new_build = patch->new_build_id;
	return event;
}

void su_guard_log(const struct su_guard *guard, const char *command,
		  const struct strongupdate_patch *patch, const struct su_err *err,
		  const struct strongupdate_report *report)
{
	struct event event = event_of(guard, command, patch);

	event.duration_us = report->wall_us;
	for (size_t i = 0; i < report->process_count; i++) {
		const struct strongupdate_process *process = &report->processes[i];
		bool done = process->outcome == STRONGUPDATE_UPDATED;

		event.pid = process->pid;
		event.process = process->command;
		event.pause_us = process->pause_us;
		event.result = done ? "done" : process->error ? "refused" : "untouched";
		event.reason = process->error ? strongupdate_error_message(process->error) : NULL;
		send_event(&event);
		if (done)
			keep_event(&guard->state, &event);
	}
	if (!err || report->process_count)
		return;
	event.result = "refused";
	event.reason = su_err_message(err);
	send_event(&event);
}

/* A recovery asks no policy, and none may keep it from its work. */
static void keep_recovery(const struct event *event)
{
	SU_FREE char *boot = su_proc_boot();
	struct su_state state;
	struct su_err *err = su_state_open(boot, &state);

	if (err) {
		syslog(LOG_AUTHPRIV | LOG_WARNING, "strongupdate: %s", su_err_message(err));
		su_err_destroy(err);
		return;
	}
	keep_event(&state, event);
	su_state_close(&state);
}

void su_guard_log_recovery(pid_t pid, const struct su_err *err,
			   const struct strongupdate_recovery *recovery)
{
	char name[17];
	struct event event = { .command = "recover", .pid = pid, .process = name };

	su_proc_comm(pid, pid, name);
	event.result = err		       ? "failed"
		       : recovery->rolled_back ? "rolled back"
		       : recovery->completed   ? "completed"
		       : recovery->resumed     ? "resumed"
					       : "done";
	event.reason = err ? su_err_message(err) : NULL;
	send_event(&event);
	if (!err && (recovery->rolled_back || recovery->completed))
		keep_recovery(&event);
}

/*
 * libstrongupdate: updating running programs in place.
 *
 * A patch is built from two builds of a program (strongupdate_build), looked into
 * (strongupdate_patch_*), tried (strongupdate_check) and applied to a process or to several as one
 * (strongupdate_apply).  strongupdate_status says which updates a process carries,
 * strongupdate_revert takes the newest back.  The command strongupdate(1) uses nothing else of the
 * library but src/base (JSON, progress, memory).
 *
 * Functions that can fail return an error, or NULL for success.  An error says how the target is:
 * with exit status 1, 2 and 3 it is exactly as it was before the call.  When memory runs out, or an
 * assertion of the library's own fails, it prints a line and aborts; in updates and recoveries, which
 * a child of the caller makes, what had been begun is taken back.  Nothing else prints or exits.
 *
 * Calls on different processes may run in different threads; one patch may be shared by them.  All
 * strings are UTF-8 as far as the inspected programs' names are.
 *
 * Programs that were compiled with this header go on with later libraries of the same soname:
 * structures grow at their ends.  One that the caller makes says its size, one that is filled in is
 * given with its size, and one that the library makes is reached by a pointer, in lists by the
 * function that is named beside.  Nothing of the process is changed that outlasts a call; while
 * targets are held, signals wait in the calling thread.
 */
#ifndef STRONGUPDATE_H
#define STRONGUPDATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

#define STRONGUPDATE_DEFAULT_TIMEOUT 10.0 /* seconds */

const char *strongupdate_version(void);

/* ---- errors ---- */

enum strongupdate_exit {
	STRONGUPDATE_DONE = 0,
	STRONGUPDATE_REFUSED = 1, /* the target is untouched */
	STRONGUPDATE_USAGE = 2,	  /* the call was wrong */
	STRONGUPDATE_ERROR = 3,	  /* the target is untouched */
	STRONGUPDATE_DAMAGED = 4, /* the target needs recovery or may be damaged */
};

struct strongupdate_error;

/* One sentence for the user, owned by the error. */
const char *strongupdate_error_message(const struct strongupdate_error *error);
/* "mismatch", "busy", "permission", ...: stable names for programs. */
const char *strongupdate_error_code(const struct strongupdate_error *error);
/* "layout-changed", "traced", ...: the reason of a refusal, stable for programs (docs/reasons.md); of
 * other errors the code. */
const char *strongupdate_error_reason(const struct strongupdate_error *error);
/* That name for the text of a reason that a report or a patch gives, or "other". */
const char *strongupdate_reason_id(const char *reason);
enum strongupdate_exit strongupdate_error_exit(const struct strongupdate_error *error);
void strongupdate_error_free(struct strongupdate_error *error); /* takes NULL */

/* strongupdate_NAME_init() gives a struct strongupdate_NAME with its size and defaults. */
#define STRONGUPDATE_DEFINE_INIT(name, set)                                                        \
	static inline struct strongupdate_##name strongupdate_##name##_init(void)                  \
	{                                                                                          \
		struct strongupdate_##name one;                                                    \
		memset(&one, 0, sizeof(one));                                                      \
		one.size = sizeof(one);                                                            \
		set;                                                                               \
		return one;                                                                        \
	}

/* Every call that takes options takes NULL for the defaults. */
struct strongupdate_options {
	size_t size;	/* of this structure */
	double timeout; /* seconds for bringing all threads to checkpoints */
	bool each;	/* every process is an update of its own, and those that can be are done */
	bool together;	/* with `all`: all processes are one update */
	/* The process may switch stacks by code of its own (coroutines): look at all of its
	 * writable memory where the patch has call returns without checkpoint. */
	bool scan_memory;
	/* Conditions on what may be active when the update is committed, for check and apply:
	 * "FUNCTION inactive", "FILE:LINE inactive" or "FILE:FIRST-LAST inactive", of the old
	 * version. */
	const char *const *when;
	size_t when_count;
	const char *const *debug_dirs; /* where debug files are looked for first, by build-id */
	size_t debug_dir_count;
	const char *spec; /* for build: the user's specification, or NULL */
	bool no_validate; /* for build: checkpoints are derived, and not tried: see soundness.md */
	/* Told what is being done, or NULL. Never called while a target is stopped. */
	void (*progress)(void *ctx, const char *what);
	void *progress_ctx;
	/* For build: told what a person should know of how it was made, or NULL. */
	void (*note)(void *ctx, const char *text);
	void *note_ctx;
	/* True: the call is to end, undone; or NULL.  Asked at each stage, and while it waits. */
	bool (*is_cancelled)(void *ctx);
	void *is_cancelled_ctx;
	const char *replay; /* for verify: an input that a finding names, tried first, or NULL */
};

STRONGUPDATE_DEFINE_INIT(options, one.timeout = STRONGUPDATE_DEFAULT_TIMEOUT)

/* ---- building ---- */

/*
 * Builds the patch from the build at `old_path` to the one at `new_path` and writes it to
 * `patch_path`: to a temporary file beside it, renamed when complete.  What was there is replaced,
 * unless it is one of the builds.  options->spec names a file that says what is not to be derived.
 */
struct strongupdate_error *strongupdate_build(const char *old_path, const char *new_path,
					      const char *patch_path,
					      const struct strongupdate_options *options);
/* The same into memory: free() *ret. */
struct strongupdate_error *strongupdate_build_bytes(const char *old_path, const char *new_path,
						    const struct strongupdate_options *options,
						    void **ret, size_t *ret_size);

/* ---- patches ---- */

struct strongupdate_patch;

/* Reads and verifies the whole patch. */
struct strongupdate_error *strongupdate_patch_open(const char *path,
						   struct strongupdate_patch **ret);
/* The same of bytes in memory, which are copied; they have no signatures. */
struct strongupdate_error *strongupdate_patch_open_bytes(const void *bytes, size_t size,
							 struct strongupdate_patch **ret);
/* Opens a patch to apply it: where the machine's policy requires signatures, they are verified
 * first. strongupdate_check() and strongupdate_apply() ask the policy for any patch. */
struct strongupdate_error *strongupdate_patch_open_to_apply(const char *path,
							    struct strongupdate_patch **ret);
void strongupdate_patch_close(struct strongupdate_patch *patch); /* takes NULL */

/* The strings of all the structs below belong to the patch. */
struct strongupdate_patch_info {
	const char *image_name;
	const char *old_build_id, *new_build_id; /* hex */
	size_t file_size;
	uint64_t mapped_size; /* bytes of address space that it takes in a process */
	size_t function_count, variable_count, checkpoint_count, missing_count, assertion_count;
	size_t match_count, judgement_count;
	const char *hash; /* of the file: 64 hex digits */
	size_t signature_count;
};

enum strongupdate_direction { STRONGUPDATE_APPLY = 0, STRONGUPDATE_REVERT = 1 };

struct strongupdate_function {
	const char *name, *unit;
	const char *change;			    /* "changed", "added" or "removed" */
	const char *reason;			    /* why it counts as changed */
	uint64_t old_vaddr, new_vaddr, patch_vaddr; /* 0: none */
	/* By direction. */
	uint32_t call_returns[2];	  /* return addresses that an activation can wait at */
	uint32_t call_returns_derived[2]; /* those that have a checkpoint */
	const char *opaque[2];		  /* why it has no checkpoints at all, or NULL */
};

struct strongupdate_checkpoint {
	size_t function; /* index */
	enum strongupdate_direction direction;
	const char *kind;  /* "entry", "call-return" or "inside" */
	uint64_t from, to; /* apply: vaddr in the old image, patch address; revert: the reverse */
	uint64_t stub;	   /* patch address of the carry-over code, 0: a direct jump */
	bool seeded;
	bool asserted; /* where it leads, or a value: see strongupdate_patch_assertion() */
	/* "same"; "callee-changed": another function is called there; "helper": one that does
	 * nothing but make the call; "call-removed": the call is gone, and it goes on at what
	 * follows; "call-added": revert of one that is new */
	const char *pairing;
	bool pristine;	/* used only where no other update has carried any */
	bool tried;	/* in the emulator, when the patch was built; entries are not */
	uint32_t paths; /* on so many paths it was right; 0: no path reached it */
	bool unheld;	/* used only when no one holds the address of what it moves in the frame */
	const char *old_file, *new_file; /* NULL: unknown */
	uint32_t old_line, new_line;
	size_t first_value, value_count;
};

/* How one live location gets its value. */
struct strongupdate_value {
	const char *name;	/* source variable, "saved rbx", or "" for a temporary */
	const char *derivation; /* "constant", "relation", "variable", "recomputed", "seeded",
				 * "call-result", "object", "asserted" or "implied" */
	const char *text;	/* the derivation in words, may be "" */
	uint32_t size;		/* bytes */
	char to[48], from[48];	/* "rbx", "cfa-24", "0x2a", "&cfa-24", "" */
};

struct strongupdate_missing {
	size_t function;
	enum strongupdate_direction direction;
	uint64_t from;
	const char *file; /* NULL: unknown */
	uint32_t line;
	const char *reason;
};

/* A function or variable of both versions whose identity rests on more than a name of its own. */
struct strongupdate_match {
	const char *name, *unit;
	const char *evidence; /* in words */
	bool is_variable;
	uint64_t old_vaddr, new_vaddr;
};

/* A statement of the specification that the patch was built with. */
struct strongupdate_assertion {
	const char *text;
	const char *file;
	uint32_t line;
	uint32_t uses; /* checkpoints, in both directions, that rest on it; or functions excluded */
};

/* A variable that is kept and may mean something else in the new version: for the author to judge. */
struct strongupdate_judgement {
	const char *name, *unit;
	const char *text; /* in words */
};

struct strongupdate_variable {
	const char *name, *unit;
	const char *change; /* "changed", "added", "removed", "initial-value" or "moved" */
	uint32_t size;
	uint64_t old_vaddr, patch_vaddr;
	uint32_t old_size; /* "moved": of the old version's; else 0 */
};
const struct strongupdate_patch_info *
strongupdate_patch_info(const struct strongupdate_patch *patch);

/*
 * strongupdate_patch_get_NAME fills in `*ret`, a struct strongupdate_NAME of `ret_size` bytes; false:
 * there is none of that index.  strongupdate_patch_NAME gives it, all zeros when there is none.
 */
#define STRONGUPDATE_TABLE(name)                                                                   \
	bool strongupdate_patch_get_##name(const struct strongupdate_patch *patch, size_t index,   \
					   struct strongupdate_##name *ret, size_t ret_size);      \
	static inline struct strongupdate_##name strongupdate_patch_##name(                        \
		const struct strongupdate_patch *patch, size_t index)                              \
	{                                                                                          \
		struct strongupdate_##name one;                                                    \
		if (!strongupdate_patch_get_##name(patch, index, &one, sizeof(one)))               \
			memset(&one, 0, sizeof(one));                                              \
		return one;                                                                        \
	}

STRONGUPDATE_TABLE(function)
STRONGUPDATE_TABLE(checkpoint)
STRONGUPDATE_TABLE(value)
STRONGUPDATE_TABLE(missing)
STRONGUPDATE_TABLE(match)
STRONGUPDATE_TABLE(assertion)
STRONGUPDATE_TABLE(judgement)
STRONGUPDATE_TABLE(variable)

/* ---- signatures ---- */

/* Makes a key pair: the secret half goes to `path`, which must not exist, the public one to PATH.pub.
 */
struct strongupdate_error *strongupdate_keygen(const char *path, const char *name, char ret_id[17]);

/* What a signer says of a patch; each may be NULL. */
struct strongupdate_statement {
	size_t size; /* of this structure */
	const char *package, *version;
	const char *const *advisories; /* "CVE-2026-12345" */
	size_t advisory_count;
};

STRONGUPDATE_DEFINE_INIT(statement, (void)0)

/* Signs the patch at `path` by the secret key at `key_path`: PATH.sig gets one more signature. */
struct strongupdate_error *strongupdate_sign(const char *path, const char *key_path,
					     const struct strongupdate_statement *statement);

struct strongupdate_signature {
	const char *key_id;
	const char *key_name; /* as the trust folder has it; NULL: it has not */
	const char *standing; /* "trusted", "unknown-key", "bad", "revoked" or "expired" */
	const char *signed_at, *package, *version, *advisories; /* as signed; may be "" */
};

/* Of the signatures that lie beside the patch's file, as strongupdate_patch_judge() has found them. */
STRONGUPDATE_TABLE(signature)
/* Judges them by a folder like /etc/strongupdate; NULL: by that one. An error: none is trusted. */
struct strongupdate_error *strongupdate_patch_judge(struct strongupdate_patch *patch,
						    const char *folder);

/* ---- verifying ---- */

/* A checkpoint at which an activation would do what neither version does. */
struct strongupdate_finding {
	size_t checkpoint;	  /* index */
	const char *text, *input; /* what is wrong; what the functions were given */
};

struct strongupdate_verification {
	/* By checkpoint: on how many paths it was tried and found right. */
	const uint32_t *paths;
	size_t tried, not_reached;		     /* checkpoints other than entries */
	const struct strongupdate_finding *findings; /* strongupdate_verification_finding() */
	size_t finding_count;
};

/*
 * Tries the checkpoints of a finished patch: both versions of each changed function are run in an
 * emulator, by themselves and mixed as the patch mixes them. It takes the files that the patch was
 * made from, and debug files by build-id from options->debug_dirs. Findings are no error.
 */
struct strongupdate_error *strongupdate_verify(const struct strongupdate_patch *patch,
					       const char *old_path, const char *new_path,
					       const struct strongupdate_options *options,
					       struct strongupdate_verification **ret);
/* NULL: there is none of that index; so for all lists. */
const struct strongupdate_finding *
strongupdate_verification_finding(const struct strongupdate_verification *verification,
				  size_t index);
void strongupdate_verification_free(struct strongupdate_verification *verification);

/* ---- processes ---- */

struct strongupdate_thread {
	pid_t tid;
	const char *name;
	bool ready;
	const char *function; /* the changed function that it is in, or NULL */
	const char *where;    /* "file.c:123", or NULL */
	const char *reason;   /* why it is not ready, or NULL */
};

/* Which processes. Those that are named must qualify, each of them; of trees and with `all` those
 * are taken that do. A process that one of them forks meanwhile is updated with it. */
struct strongupdate_targets {
	size_t size; /* of this structure */
	const pid_t *pids;
	size_t pid_count;
	const pid_t *trees; /* each of these with its descendants */
	size_t tree_count;
	bool all;
	const pid_t *except; /* these are not looked at, unless they are named */
	size_t except_count;
};

STRONGUPDATE_DEFINE_INIT(targets, (void)0)

enum strongupdate_outcome {
	STRONGUPDATE_UNTOUCHED = 0,
	STRONGUPDATE_UPDATED,	/* check: it would be */
	STRONGUPDATE_LEFT,	/* it exited or executed another program meanwhile */
	STRONGUPDATE_UNCHANGED, /* named, and it ran the new version already */
};

struct strongupdate_process {
	pid_t pid;
	const char *command;
	enum strongupdate_outcome outcome;
	/* Why it is untouched; NULL: because of another process. */
	const struct strongupdate_error *error;
	const char *left; /* STRONGUPDATE_LEFT: "exited", ... */
	bool joined;	  /* it was forked while the update was under way */
	size_t thread_count;
	/* strongupdate_process_thread(). check: all; otherwise those in the way */
	const struct strongupdate_thread *threads;
	size_t threads_listed;
	double pause_us;		/* the longest stop of any thread */
	double stage_us, stage_stop_us; /* preparing it, running; one thread's stop for that */
	uint64_t activations_carried, activations_pending; /* now; when they resume */
	uint64_t patch_bytes_mapped, mapped_at;
	/* Looking at it and seizing it, running; judging it and writing to it, in the last stop. */
	double look_us, ready_us, commit_us;
};

struct strongupdate_report {
	const struct strongupdate_process *processes; /* strongupdate_report_process() */
	size_t process_count;
	double pause_us, wall_us; /* the longest of all processes'; the whole call */
	/* Of the last stop: stopping, judging, searching for new processes, writing, letting go. */
	double stop_us, ready_us, search_us, commit_us, resume_us;
	unsigned rounds;	  /* how often the threads were stopped */
	size_t unreadable;	  /* processes that could not be looked at for want of permission */
	double find_us, after_us; /* before the stops and after them: looking for processes */
};

/*
 * Each gives a report, also when it fails; strongupdate_report_free() it.  The processes that are
 * named, and those of trees, are one update: it is done in all of them or in none.  With
 * targets->all every process is one with its descendants, and one that cannot be updated, or says of
 * itself what cannot be, does not keep the others from it; options->together makes one update of all,
 * options->each one of each, and a revert without a patch one of all.  Several updates share the time
 * that is given.
 *
 * check: would the patch apply at this instant? Changes nothing; NULL means yes.
 * apply: success means that the processes run the new version wholly.  Those qualify that run the
 *	patch's old version.
 * revert: takes back the newest update, by the patch that the process holds.  Those qualify that
 *	carry one, or with `patch` (may be NULL) that one.
 */
struct strongupdate_error *strongupdate_check(const struct strongupdate_patch *patch,
					      const struct strongupdate_targets *targets,
					      const struct strongupdate_options *options,
					      struct strongupdate_report **ret_report);
struct strongupdate_error *strongupdate_apply(const struct strongupdate_patch *patch,
					      const struct strongupdate_targets *targets,
					      const struct strongupdate_options *options,
					      struct strongupdate_report **ret_report);
struct strongupdate_error *strongupdate_revert(const struct strongupdate_patch *patch,
					       const struct strongupdate_targets *targets,
					       const struct strongupdate_options *options,
					       struct strongupdate_report **ret_report);
const struct strongupdate_process *
strongupdate_report_process(const struct strongupdate_report *report, size_t index);
const struct strongupdate_thread *
strongupdate_process_thread(const struct strongupdate_process *process, size_t index);
void strongupdate_report_free(struct strongupdate_report *report); /* takes NULL */

struct strongupdate_recovery {
	pid_t pid;
	bool rolled_back; /* an update was cut off in the middle: the version before it runs */
	bool completed;	  /* one that was done in its other processes: the new version runs */
	bool resumed;	  /* the process had been left stopped */
	bool handler_removed;
	unsigned masks_restored;   /* of threads whose signals had been left blocked */
	unsigned mappings_removed; /* of updates that did not come about */
};

/* Puts right what an updater left that was killed. It may always be called; with nothing to do it
 * succeeds and *ret, of `ret_size` bytes, says so. While another updater is at work it is refused. */
struct strongupdate_error *strongupdate_recover(pid_t pid, struct strongupdate_recovery *ret,
						size_t ret_size);

struct strongupdate_entry {
	const char *state; /* "applied", "reverted", "half-done" or "unused" */
	const char *image_name;
	const char *old_build_id, *new_build_id; /* hex */
	uint64_t mapped_at, bytes_mapped;
	int64_t since; /* Unix seconds */
	uint64_t activations_pending;
};

struct strongupdate_status {
	pid_t pid;
	const char *command;
	const struct strongupdate_entry *entries; /* strongupdate_status_entry(), oldest first */
	size_t entry_count;
	bool needs_recovery; /* stopped by an updater that was killed: strongupdate_recover() */
	bool has_leavings;   /* runs, with something in it that strongupdate_recover() takes away */
};

/* The processes that are meant, other than the caller, whatever they run: free() *ret. */
struct strongupdate_error *strongupdate_list(const struct strongupdate_targets *targets,
					     pid_t **ret, size_t *ret_count);

/* Which updates the process carries; none is no error. */
struct strongupdate_error *strongupdate_status(pid_t pid, struct strongupdate_status **ret);
const struct strongupdate_entry *strongupdate_status_entry(const struct strongupdate_status *status,
							   size_t index);
void strongupdate_status_free(struct strongupdate_status *status); /* takes NULL */

/* A program or library that a process runs, beside what is in its place now. */
struct strongupdate_file {
	const char *path;    /* that it was mapped by, in the process's mount namespace */
	const char *mapped;  /* opens that very file, deleted or not; NULL: nothing does */
	const char *present; /* opens what is in its place; NULL: no such file is */
	const char *soname;  /* "": none, as programs have none */
	/* Hex; "": none, or unknown. Of the mapped file, of the version that updates of it have led
	 * to, and of what is in its place. */
	const char *build_id, *running_build_id, *present_build_id;
	bool is_program;
	bool is_replaced; /* another file is in its place, or none */
	bool is_outdated; /* and the process does not run that version */
};

struct strongupdate_files {
	pid_t pid;
	const char *command, *unit;	       /* unit: of systemd, "" when it is in none */
	const struct strongupdate_file *files; /* strongupdate_files_file() */
	size_t file_count;
};

/* The files whose code a process runs. */
struct strongupdate_error *strongupdate_files(pid_t pid, struct strongupdate_files **ret);
const struct strongupdate_file *strongupdate_files_file(const struct strongupdate_files *files,
							size_t index);
/* The one that the program or library at `new_path` is another build of: the program, the library with
 * its soname, or the plugin with its name. Refused when it cannot be read, or runs another version than its file's by now. */
struct strongupdate_error *strongupdate_file_for(const struct strongupdate_files *files,
						 const char *new_path,
						 const struct strongupdate_file **ret);
void strongupdate_files_free(struct strongupdate_files *files); /* takes NULL */

#ifdef __cplusplus
}
#endif

#endif

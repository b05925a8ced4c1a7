/* The processes of one update under our hand, as one: see group.h. */
#include "process/group.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/reason.h"
#include "process/proc.h"
#include "process/process_private.h"
#include "process/quiet.h"
#include "process/worker.h"

#define FIRST_LIMIT 20e3 /* microseconds in which all are to be stopped and let go; doubles */
#define LONGEST_LIMIT 320e3
#define TRIES 7
#define LEAST_SWEEP 2e3 /* microseconds that reading reports may take */
#define LOOK_AFTER 1e3	/* microseconds without a stop after which all threads are looked at */
#define MANY 8		/* threads: fewer are waited for one by one */

/* A session without a group, taken as one. It is never added to. */
static struct su_group group_of_one(struct su_session **session)
{
	return (struct su_group){ .sessions = { .at = session, .len = 1 } };
}

/* ---- members ---- */

/* A session for a process that has been seized by its birth. */
static struct su_session *add_born(struct su_group *group, pid_t pid)
{
	struct su_session *session = su_alloc(sizeof(*session));

	session->pid = session->memory.pid = pid;
	session->memory.fd = session->status = -1;
	session->start_time = su_proc_task_stat(pid, pid).start_time;
	session->group = group;
	session->seized = true;
	su_worker_touch(session->pid);
	su_quiet_begin();
	su_session_adopt(session, pid)->interrupted = true;
	su_vec_push(&group->sessions, session);
	return session;
}

struct su_err *su_group_open(struct su_group *group, pid_t pid, struct su_session **ret)
{
	/* Its parent was killed before it could report the birth, or has not reported it yet. */
	if (su_session_is_ours(pid, pid)) {
		*ret = add_born(group, pid);
		return su_group_join(*ret);
	}
	SU_TRY(su_session_open(pid, ret));
	(*ret)->group = group;
	su_vec_push(&group->sessions, *ret);
	return NULL;
}

struct su_err *su_group_join(struct su_session *session)
{
	if (session->memory.fd < 0)
		SU_TRY(su_memory_open(&session->memory, session->pid));
	return su_session_require_same(session);
}

struct su_session *su_group_find(const struct su_group *group, pid_t pid)
{
	for (size_t i = 0; i < group->sessions.len; i++) {
		struct su_session *session = group->sessions.at[i];

		if (session->pid == pid && !(session->seized && su_session_has_left(session)))
			return session;
	}
	return NULL;
}

void su_group_note_child(struct su_session *session, pid_t tid, pid_t pid)
{
	struct su_group *group = session->group;

	if (su_group_find(group, pid))
		return;
	struct su_session *child = add_born(group, pid);
	/* What a child that shares memory forks has a copy of that memory. */
	child->parent = session->shares_memory ? session->parent : session;
	child->shares_memory = su_proc_sharing(tid, pid) != SU_SHARING_NO;
	if (group->stopping && !child->shares_memory)
		su_session_begin_stop(child);
}

const char *su_session_has_left(const struct su_session *session)
{
	if (session->executed)
		return "executed another program";
	return su_session_any_stopped(session) || su_session_still_running(session) ? NULL
										    : "exited";
}

/* ---- running ---- */

static bool sweep_group(struct su_group *group)
{
	bool any = false;

	for (size_t i = 0; i < group->sessions.len; i++) {
		any |= su_session_sweep(group->sessions.at[i]);
		if (group->sessions.at[i]->group)
			break; /* that was for all */
	}
	return any;
}

/* All that is reported, but for what comes without end. */
static void sweep_until(struct su_group *group, double end_us)
{
	double least = su_clock_us() + LEAST_SWEEP;

	while (sweep_group(group) && su_clock_us() < (end_us > least ? end_us : least))
		;
}

void su_group_pump(struct su_group *group, double microseconds)
{
	double end = su_clock_us() + microseconds;

	do {
		sweep_until(group, end);
		su_session_sleep(end - su_clock_us());
	} while (su_clock_us() < end && !su_quiet_is_interrupted());
	sweep_group(group);
}

void su_session_pump(struct su_session *session, double microseconds)
{
	struct su_group group = group_of_one(&session);

	su_group_pump(&group, microseconds);
}

void su_group_resume(struct su_group *group)
{
	group->stopping = false;
	for (size_t i = 0; i < group->sessions.len; i++)
		if (group->sessions.at[i]->stopping)
			su_session_resume(group->sessions.at[i]);
}

/* ---- catching ---- */

struct catching {
	bool any_left;	 /* some thread is to be caught still */
	bool any_caught; /* some thread is held and has its catches still */
	double held_at;	 /* when the first held one was caught, or 0 */
};

static bool any_caught(const struct su_session *session)
{
	for (size_t i = 0; i < session->threads.len; i++) {
		const struct su_thread *thread = &session->threads.at[i];

		if (thread->catch_count && thread->state == SU_THREAD_STOPPED && thread->held)
			return true;
	}
	return false;
}

static struct catching look_at_catches(const struct su_group *group)
{
	struct catching catching = { false, false, 0 };

	for (size_t i = 0; i < group->sessions.len; i++) {
		const struct su_session *session = group->sessions.at[i];

		catching.any_left |= su_session_any_to_catch(session);
		catching.any_caught |= any_caught(session);
		if (session->held_at > 0 &&
		    (catching.held_at <= 0 || session->held_at < catching.held_at))
			catching.held_at = session->held_at;
	}
	return catching;
}

bool su_group_await_catch(struct su_group *group, double end_us, double longest_hold)
{
	for (;;) {
		sweep_until(group, end_us);
		struct catching catching = look_at_catches(group);
		double end = end_us;

		if (catching.any_caught || !catching.any_left)
			return catching.any_caught;
		if (catching.held_at > 0 && catching.held_at + longest_hold < end)
			end = catching.held_at + longest_hold;
		double left = end - su_clock_us();
		if (left <= 0 || su_quiet_is_interrupted())
			return false;
		su_session_sleep(left);
	}
}

/* ---- stopping ---- */

/* Most threads stop at once: to be woken for each would only keep the others from it. */
static void nap_shortly(void)
{
	const struct timespec span = { 0, 30000 };

	nanosleep(&span, NULL);
}

/* A session of which a thread runs still, children that share memory included. */
static const struct su_session *still_running(const struct su_group *group)
{
	const struct su_session *found = NULL;

	for (size_t i = 0; i < group->sessions.len; i++) {
		const struct su_session *session = group->sessions.at[i];

		if (!su_session_still_running(session))
			continue;
		/* The child is the reason for its parent. */
		found = session;
		if (session->shares_memory)
			break;
	}
	return found;
}

static void drop_dead(struct su_group *group)
{
	for (size_t i = 0; i < group->sessions.len; i++)
		su_session_drop_dead(group->sessions.at[i]);
}

/* The threads of a group, in order. */
struct position {
	size_t session, thread;
};

/* Goes on to the first running thread from there. False: there is none. */
static bool find_running(const struct su_group *group, struct position *at)
{
	for (; at->session < group->sessions.len; at->session++, at->thread = 0) {
		const struct su_session *session = group->sessions.at[at->session];

		for (; at->thread < session->threads.len; at->thread++)
			if (session->threads.at[at->thread].state == SU_THREAD_RUNNING)
				return true;
	}
	return false;
}

static bool many_behind(const struct su_group *group, const struct position *at)
{
	return group->sessions.at[at->session]->threads.len - at->thread > MANY;
}

/* Looks at all threads: one that is waited for may itself wait for another that has to be sent on,
 * and one that is dead is not reported while its leader lives. */
static void look_at_all(struct su_group *group, double deadline_us)
{
	sweep_until(group, deadline_us);
	drop_dead(group);
}

/* Asks one thread after the other, so that each is asked few times; all when one takes long.  That
 * takes 10 microseconds for each that runs, so there are pauses of ten times the length between. */
static void wait_for_all(struct su_group *group, double deadline_us)
{
	double patience = LOOK_AFTER, look_at = su_clock_us() + patience;
	struct position at = { 0, 0 };

	for (;;) {
		if (!find_running(group, &at)) {
			if (!still_running(group))
				return;
			at = (struct position){ 0, 0 };
			continue;
		}
		bool any = su_session_poll(group->sessions.at[at.session], at.thread);
		double now = su_clock_us();
		if (any && now < deadline_us) {
			look_at = now + patience;
			continue;
		}
		if (now >= look_at) {
			look_at_all(group, deadline_us);
			double after = su_clock_us();
			if (10 * (after - now) > patience)
				patience = 10 * (after - now);
			look_at = after + patience;
		}
		if (now >= deadline_us || su_quiet_is_interrupted())
			return;
		if (many_behind(group, &at))
			nap_shortly();
		else
			su_session_sleep(deadline_us - now);
	}
}

static void interrupt_all(struct su_group *group)
{
	group->stopping = true;
	for (size_t i = 0; i < group->sessions.len; i++) {
		struct su_session *session = group->sessions.at[i];

		if (session->shares_memory || su_session_has_left(session))
			continue;
		su_session_begin_stop(session);
		for (size_t k = 0; k < session->threads.len; k++)
			if (session->threads.at[k].state == SU_THREAD_RUNNING)
				su_session_interrupt(&session->threads.at[k]);
	}
}

struct su_err *su_group_sharing_error(pid_t pid, pid_t sharer)
{
	return su_refuse(SU_WHY_SHARED_MEMORY, sharer, pid);
}

static struct su_err *too_late(const struct su_session *session)
{
	pid_t tid = su_session_still_running(session)->tid;
	char name[17];

	if (session->shares_memory)
		return su_group_sharing_error(session->parent->pid, session->pid);
	su_proc_comm(session->pid, tid, name);
	return su_refuse(SU_WHY_THREAD_NOT_STOPPED, tid, name);
}

struct su_err *su_group_stop(struct su_group *group, double deadline_us)
{
	interrupt_all(group);
	wait_for_all(group, deadline_us);
	const struct su_session *late = still_running(group);
	if (!late)
		return NULL;
	struct su_err *err = too_late(late);
	su_group_resume(group);
	return err;
}

struct su_err *su_session_stop(struct su_session *session, double deadline_us)
{
	struct su_group group = group_of_one(&session);

	SU_TRY(su_group_stop(&group, deadline_us));
	const char *left = su_session_has_left(session);
	if (!left)
		return NULL;
	su_session_resume(session);
	return su_err_new(SU_E_GONE, "process %d has %s", session->pid, left);
}

/* It is waited for beyond `patience` only while it waits for its turn itself. */
static bool may_stop_yet(const struct su_session *session, size_t index, double patience)
{
	const struct su_thread *thread = &session->threads.at[index];
	double waited = su_clock_us() - session->stopped_at;

	return thread->state == SU_THREAD_RUNNING &&
	       (waited < patience ||
		su_session_waits_for_turn(session, thread, session->stopped_at));
}

static bool stop_thread(struct su_session *session, size_t index, double patience)
{
	su_session_begin_stop(session);
	double look_at_it = su_clock_us() + 1000;
	su_session_interrupt(&session->threads.at[index]);
	/* The others are looked at when there is a report that is not of this thread. */
	while (may_stop_yet(session, index, patience)) {
		if (su_session_poll(session, index))
			continue;
		if (su_session_sleep(patience) && !su_session_poll(session, index))
			su_session_sweep(session);
		if (su_clock_us() < look_at_it)
			continue;
		su_session_sweep(session);
		su_session_drop_dead(session);
		look_at_it = su_clock_us() + 1000;
	}
	if (session->threads.at[index].state == SU_THREAD_STOPPED)
		return true;
	su_session_resume(session);
	return false;
}

struct su_err *su_session_stop_one(struct su_session *session, size_t *ret_index)
{
	/* A thread may be in an uninterruptible sleep: first a short try with each. */
	for (double patience = 50e3; patience <= 1e6; patience *= 10)
		for (size_t i = 0; i < session->threads.len; i++)
			if (session->threads.at[i].state == SU_THREAD_RUNNING &&
			    stop_thread(session, i, patience)) {
				*ret_index = i;
				return NULL;
			}
	return su_refuse(SU_WHY_NO_THREAD_STOPPED, session->pid);
}

/* ---- the end ---- */

static void release_stopped(struct su_session *session)
{
	if (session->stopping)
		su_session_release(session);
}

/* Lets go of what is still there, which may bring to light children of it. */
static void let_all_go(struct su_group *group, bool sharers, double deadline_us)
{
	for (size_t i = 0; i < group->sessions.len; i++)
		group->sessions.at[i]->shares_memory &= !sharers;
	interrupt_all(group);
	wait_for_all(group, deadline_us);
	for (size_t i = 0; i < group->sessions.len; i++)
		release_stopped(group->sessions.at[i]);
	group->stopping = false;
}

static void free_session(struct su_session *session)
{
	su_quiet_signals(&session->masked, false);
	su_quiet_hurry(&session->hurried, false);
	su_quiet_end();
	su_memory_close(&session->memory);
	if (session->status >= 0)
		close(session->status);
	su_vec_deinit(&session->threads);
	free(session);
}

void su_session_close(struct su_session *session)
{
	if (!session)
		return;
	if (session->seized && !su_session_has_left(session)) {
		struct su_group group = group_of_one(&session);

		let_all_go(&group, true, su_clock_us() + 2e6);
	}
	free_session(session);
}

void su_group_let_go(struct su_group *group)
{
	double limit = FIRST_LIMIT;

	/* A parent in vfork() can only be let go after its child. */
	for (int tries = 0; tries < TRIES && (!tries || still_running(group)); tries++) {
		let_all_go(group, tries > 0, su_clock_us() + limit);
		limit *= 2;
	}
}

void su_group_deinit(struct su_group *group)
{
	su_group_let_go(group);
	for (size_t i = 0; i < group->sessions.len; i++)
		free_session(group->sessions.at[i]);
	su_vec_deinit(&group->sessions);
	su_texts_deinit(&group->texts);
}

/* The threads of one process under our hand: see session.h. */
#include "process/session.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/reason.h"
#include "process/catch.h"
#include "process/group.h"
#include "process/interrupted.h"
#include "process/proc.h"
#include "process/process_private.h"
#include "process/quiet.h"
#include "process/worker.h"

long su_session_options(const struct su_session *session)
{
	long options = PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC;

	return session->group ? options | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK : options;
}

struct su_texts *su_session_texts(const struct su_session *session)
{
	return session->group ? &session->group->texts : NULL;
}

struct su_err *su_session_open(pid_t pid, struct su_session **ret)
{
	SU_TRY(su_proc_require_traceable(pid));
	struct su_session *session = su_alloc(sizeof(*session));
	session->pid = pid;
	session->start_time = su_proc_task_stat(pid, pid).start_time;
	session->memory.fd = session->status = -1;
	struct su_err *err = su_memory_open(&session->memory, pid);
	if (!err)
		err = su_session_require_same(session);
	if (err) {
		su_memory_close(&session->memory);
		free(session);
		return err;
	}
	su_quiet_begin();
	*ret = session;
	return NULL;
}

struct su_err *su_session_require_same(const struct su_session *session)
{
	struct su_task_stat stat = su_proc_task_stat(session->pid, session->pid);

	if (!stat.exists || stat.start_time != session->start_time)
		return su_err_new(SU_E_GONE, "process %d has exited", session->pid);
	if (session->executed)
		return su_err_new(SU_E_GONE, "process %d has executed another program",
				  session->pid);
	return NULL;
}

struct su_thread *su_session_find(struct su_session *session, pid_t tid)
{
	for (size_t i = 0; i < session->threads.len; i++)
		if (session->threads.at[i].tid == tid &&
		    session->threads.at[i].state != SU_THREAD_GONE)
			return &session->threads.at[i];
	return NULL;
}

static bool task_is_dead(pid_t pid, pid_t tid)
{
	struct su_task_stat stat = su_proc_task_stat(pid, tid);

	return !stat.exists || stat.state == 'Z' || stat.state == 'X';
}

struct su_thread *su_session_adopt(struct su_session *session, pid_t tid)
{
	struct su_thread *thread = su_vec_add(&session->threads);

	thread->tid = tid;
	return thread;
}

bool su_session_is_ours(pid_t pid, pid_t tid)
{
	pid_t tracer = (pid_t)su_proc_status_number(pid, tid, "TracerPid", 10, 0);

	return tracer && (tracer == (pid_t)syscall(SYS_gettid) || tracer == getpid());
}

static struct su_err *seize_thread(struct su_session *session, pid_t tid, bool *ret_new)
{
	if (!ptrace(PTRACE_SEIZE, tid, 0, su_session_options(session))) {
		su_session_adopt(session, tid);
		*ret_new = true;
		return NULL;
	}
	int errnum = errno;
	if (task_is_dead(session->pid, tid))
		return NULL;
	/* Seized by birth: its parent's clone event has not been read yet. */
	if (su_session_is_ours(session->pid, tid)) {
		su_session_adopt(session, tid);
		*ret_new = true;
		return NULL;
	}
	pid_t tracer = (pid_t)su_proc_status_number(session->pid, tid, "TracerPid", 10, 0);
	if (tracer) {
		char name[17];

		su_proc_comm(tracer, tracer, name);
		return su_refuse(SU_WHY_THREAD_TRACED, tid, tracer, name);
	}
	return su_refuse_errno(errnum, SU_WHY_MAY_NOT_TRACE, session->pid);
}

/* What was opened before may belong to a program that the process has left by execve: from now on
 * that is noticed. */
static struct su_err *reopen_memory(struct su_session *session)
{
	su_memory_close(&session->memory);
	return su_memory_open(&session->memory, session->pid);
}

/* It is read while the target stands still: the first time takes longest. */
static void open_status(struct su_session *session)
{
	session->status = su_proc_open_status(session->pid);
	su_proc_signals(session->pid, session->status);
}

struct su_err *su_session_seize(struct su_session *session)
{
	struct su_tids tids = { 0 };
	struct su_err *err = NULL;
	bool any_new = true;

	su_quiet_await_children();
	session->seized = true;
	su_worker_touch(session->pid);
	while (any_new && !err) {
		any_new = false;
		err = su_proc_tasks(session->pid, &tids);
		for (size_t i = 0; i < tids.list.len && !err; i++)
			if (!su_session_find(session, tids.list.at[i]))
				err = seize_thread(session, tids.list.at[i], &any_new);
	}
	su_vec_deinit(&tids.list);
	if (!err)
		err = reopen_memory(session);
	if (!err && session->status < 0)
		open_status(session);
	return err ? err : su_session_require_same(session);
}

bool su_session_is_stop_signal(int sig)
{
	return sig == SIGSTOP || sig == SIGTSTP || sig == SIGTTIN || sig == SIGTTOU;
}

/* A stopped thread runs on, with `sig` delivered; a thread in a group stop only listens. */
static void send_on(struct su_thread *thread, int sig)
{
	enum __ptrace_request how = thread->group_stop && !sig ? PTRACE_LISTEN : PTRACE_CONT;

	thread->state = SU_THREAD_RUNNING;
	thread->owed_signal = 0;
	/* Any other stop has cancelled the one that was asked for. */
	if (thread->interrupted)
		ptrace(PTRACE_INTERRUPT, thread->tid, 0, 0);
	if (ptrace(how, thread->tid, 0, sig) && errno == ESRCH)
		return; /* killed: its exit will be reported */
}

/* A thread, or another process: the event does not tell (kernel_clone() in kernel/fork.c). */
static void note_birth(struct su_session *session, pid_t parent)
{
	unsigned long message = 0;

	if (ptrace(PTRACE_GETEVENTMSG, parent, 0, &message) || !message)
		return;
	pid_t tid = (pid_t)message;
	if (session->group && !su_proc_task_stat(session->pid, tid).exists)
		su_group_note_child(session, parent, tid);
	else if (!su_session_find(session, tid))
		/* Its first stop is a PTRACE_EVENT_STOP, which a stop of all waits for. */
		su_session_adopt(session, tid)->interrupted = true;
}

/* It is another program now. In a group it goes its own way at once. */
static void note_exec(struct su_session *session, struct su_thread *thread)
{
	session->executed = true;
	if (session->group && !ptrace(PTRACE_DETACH, thread->tid, 0, 0))
		thread->state = SU_THREAD_GONE;
	else
		send_on(thread, 0);
}

/* A thread that vanishes without an exit status has executed a program: it goes on as the leader,
 * which may have exited before. */
static void note_vanished(struct su_session *session, size_t index)
{
	session->threads.at[index].state = SU_THREAD_GONE;
	if (session->threads.at[index].tid != session->pid &&
	    !su_session_find(session, session->pid))
		su_session_adopt(session, session->pid);
}

/* A trap of ours: it never reaches the target. Where it caught the thread, the thread stops again,
 * in the way in which threads are held. */
static void handle_catch(struct su_session *session, struct su_thread *thread)
{
	if (!thread->held && su_catch_hit(thread)) {
		thread->held = thread->interrupted = true;
		if (session->held_at <= 0)
			session->held_at = su_clock_us();
	}
	thread->group_stop = false;
	send_on(thread, 0);
}

/* What a reported status means for thread `index`: it is left stopped only where that is wanted. */
static void handle_status(struct su_session *session, size_t index, int status)
{
	struct su_thread *thread = &session->threads.at[index];
	int sig = WIFSTOPPED(status) ? WSTOPSIG(status) : 0, event = status >> 16;

	if (!WIFSTOPPED(status)) {
		thread->state = SU_THREAD_GONE;
		return;
	}
	if (!event || event == PTRACE_EVENT_STOP)
		su_interrupted_start_again(thread->tid);
	if (event == PTRACE_EVENT_STOP) {
		thread->group_stop = su_session_is_stop_signal(sig);
		thread->state = SU_THREAD_STOPPED;
		bool wanted = (session->stopping || thread->held) && thread->interrupted;

		thread->interrupted = false;
		if (!wanted)
			send_on(thread, 0);
	} else if (event == PTRACE_EVENT_EXEC) {
		note_exec(session, thread);
	} else if (event) {
		note_birth(session, thread->tid);
		send_on(&session->threads.at[index], 0);
	} else if (sig == SIGTRAP && su_catch_is_ours(thread)) {
		handle_catch(session, thread);
	} else {
		thread->group_stop = false;
		send_on(thread, sig);
	}
}

bool su_session_poll(struct su_session *session, size_t index)
{
	struct su_thread *thread = &session->threads.at[index];
	int status;
	pid_t got = waitpid(thread->tid, &status, __WALL | WNOHANG);

	if (got == thread->tid)
		handle_status(session, index, status);
	else if (got < 0 && errno == ECHILD)
		note_vanished(session, index);
	return got != 0;
}

static bool sweep_one(struct su_session *session)
{
	bool any = false;

	for (size_t i = 0; i < session->threads.len; i++)
		if (session->threads.at[i].state == SU_THREAD_RUNNING)
			any |= su_session_poll(session, i);
	return any;
}

bool su_session_sweep(struct su_session *session)
{
	const struct su_group *group = session->group;
	bool any = false;

	if (!group)
		return sweep_one(session);
	for (size_t i = 0; i < group->sessions.len; i++)
		any |= sweep_one(group->sessions.at[i]);
	return any;
}

bool su_session_sleep(double microseconds)
{
	struct timespec span = { 0, 0 };
	sigset_t child;

	/* Short, because another thread of the caller may take the signal. */
	if (microseconds > 200)
		microseconds = 200;
	if (microseconds > 0)
		span.tv_nsec = (long)(microseconds * 1000);
	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	return sigtimedwait(&child, NULL, &span) == SIGCHLD;
}

void su_session_drop_dead(struct su_session *session)
{
	for (size_t i = 0; i < session->threads.len; i++) {
		struct su_thread *thread = &session->threads.at[i];

		if (thread->state == SU_THREAD_RUNNING && task_is_dead(session->pid, thread->tid))
			thread->state = SU_THREAD_GONE;
	}
}

const struct su_thread *su_session_still_running(const struct su_session *session)
{
	for (size_t i = 0; i < session->threads.len; i++)
		if (session->threads.at[i].state == SU_THREAD_RUNNING)
			return &session->threads.at[i];
	return NULL;
}

void su_session_interrupt(struct su_thread *thread)
{
	thread->interrupted = true;
	if (ptrace(PTRACE_INTERRUPT, thread->tid, 0, 0) && errno == ESRCH)
		return; /* exiting: reported, or found dead */
}

bool su_session_any_stopped(const struct su_session *session)
{
	for (size_t i = 0; i < session->threads.len; i++)
		if (session->threads.at[i].state == SU_THREAD_STOPPED)
			return true;
	return false;
}

void su_session_begin_stop(struct su_session *session)
{
	su_quiet_signals(&session->masked, true);
	su_quiet_hurry(&session->hurried, true);
	session->stopping = true;
	session->stopped_at = su_clock_us();
}

bool su_session_any_held(const struct su_session *session)
{
	for (size_t i = 0; i < session->threads.len; i++)
		if (session->threads.at[i].held && session->threads.at[i].state != SU_THREAD_GONE)
			return true;
	return false;
}

static void note_stop(struct su_session *session, double since)
{
	double length = su_clock_us() - since;

	if (length > session->longest_stop)
		session->longest_stop = length;
}

/* Threads have been let go: does the time end for which some were held? */
static void note_hold(struct su_session *session)
{
	if (session->held_at <= 0 || su_session_any_held(session))
		return;
	note_stop(session, session->held_at);
	session->held_at = 0;
}

static void end_stop(struct su_session *session)
{
	session->stopping = false;
	note_stop(session, session->stopped_at);
	note_hold(session);
	su_quiet_hurry(&session->hurried, false);
}

struct su_err *su_session_registers(struct su_session *session)
{
	for (size_t i = 0; i < session->threads.len; i++) {
		struct su_thread *thread = &session->threads.at[i];

		if (thread->state != SU_THREAD_STOPPED)
			continue;
		if (ptrace(PTRACE_GETREGS, thread->tid, 0, &thread->regs))
			return su_err_errno(SU_E_GONE, errno, "cannot read registers of thread %d",
					    thread->tid);
		session->memory.stopped = thread->tid;
	}
	return NULL;
}

void su_session_resume(struct su_session *session)
{
	session->memory.stopped = 0;
	for (size_t i = 0; i < session->threads.len; i++)
		if (session->threads.at[i].state == SU_THREAD_STOPPED &&
		    !session->threads.at[i].held)
			send_on(&session->threads.at[i], session->threads.at[i].owed_signal);
	end_stop(session);
	/* Our death in a trap would leave its signal to the target. */
	if (!su_session_any_to_catch(session) && !su_session_any_held(session))
		su_quiet_signals(&session->masked, false);
}

bool su_session_any_to_catch(const struct su_session *session)
{
	for (size_t i = 0; i < session->threads.len; i++)
		if (session->threads.at[i].catch_count &&
		    session->threads.at[i].state == SU_THREAD_RUNNING)
			return true;
	return false;
}

void su_session_hold_others(struct su_session *session)
{
	for (size_t i = 0; i < session->threads.len; i++)
		session->threads.at[i].held = !session->threads.at[i].catch_count;
	if (session->held_at <= 0)
		session->held_at = session->stopped_at;
}

void su_session_let_go(struct su_session *session)
{
	for (size_t i = 0; i < session->threads.len; i++)
		session->threads.at[i].held = false;
}

bool su_session_held_registers(struct su_session *session, size_t index)
{
	struct su_thread *thread = &session->threads.at[index];

	return thread->state == SU_THREAD_STOPPED &&
	       !ptrace(PTRACE_GETREGS, thread->tid, 0, &thread->regs);
}

void su_session_run_on(struct su_session *session, size_t index)
{
	struct su_thread *thread = &session->threads.at[index];

	thread->held = false;
	if (thread->state == SU_THREAD_STOPPED)
		send_on(thread, thread->owed_signal);
	note_hold(session);
}

void su_session_release(struct su_session *session)
{
	su_catch_clear(session);
	su_session_let_go(session);
	session->memory.stopped = 0;
	for (size_t i = 0; i < session->threads.len; i++) {
		struct su_thread *thread = &session->threads.at[i];

		if (thread->state != SU_THREAD_STOPPED)
			continue;
		/* One that was killed is kept from its parent until we have taken notice. */
		if (ptrace(PTRACE_DETACH, thread->tid, 0, thread->owed_signal))
			waitpid(thread->tid, NULL, __WALL | WNOHANG);
		thread->state = SU_THREAD_GONE;
	}
	end_stop(session);
	su_quiet_signals(&session->masked, false);
}

/* Work that is done by a child of ours: see worker.h. */
#include "process/worker.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/reason.h"
#include "base/watch.h"
#include "process/quiet.h"

/* Microseconds. */
#define TICK 200e3
#define PATIENCE 5e6
#define LEAST_PATIENCE 500e3 /* after many that hung */
#define OVERTIME 30e6	     /* after the deadline */
#define DYING 2e6	     /* that one which is killed may take */
#define MOST_TOUCHED 65536

/* With one wait. Each that hangs makes us less patient: together they cannot keep us for long. */
static _Thread_local double patience = PATIENCE;

enum { DONE, PROGRESS }; /* what the worker sends */

/* What both see. */
struct board {
	struct su_watch watch;
	_Atomic bool writes, commits;
	_Atomic uint32_t touched_count;
	pid_t touched[MOST_TOUCHED];
};

/* ---- the worker ---- */

static struct board *own_board; /* NULL: we are no worker */
static int to_caller = -1;

void su_worker_touch(pid_t pid)
{
	if (!own_board || own_board->touched_count == MOST_TOUCHED)
		return;
	own_board->touched[own_board->touched_count] = pid;
	own_board->touched_count++;
}

void su_worker_writes(void)
{
	if (own_board)
		own_board->writes = true;
}

void su_worker_commits(void)
{
	if (own_board)
		own_board->commits = true;
}

void su_worker_tell(void *ctx, const char *what)
{
	struct su_answer answer = { { 0 } };

	(void)ctx;
	su_answer_put(&answer, what, strlen(what) + 1);
	su_answer_send(to_caller, PROGRESS, &answer);
	su_answer_deinit(&answer);
}

static void __attribute__((noreturn)) be_worker(const struct su_work *work, struct board *board,
						int fd, pid_t parent, const sigset_t *mask)
{
	struct su_answer answer = { { 0 } };

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);
	own_board = board;
	to_caller = fd;
	su_watch_by(&board->watch);
	pthread_sigmask(SIG_SETMASK, mask, NULL);
	work->how(work->ctx, &answer);
	_exit(!su_answer_send(fd, DONE, &answer));
}

/* ---- the caller ---- */

struct watching {
	const struct su_work *work;
	struct board *board;
	pid_t worker;
	sigset_t endings;
	struct pollfd fds[2]; /* what the worker says; signals that would end us */
	struct su_answer read;
	uint64_t wait;	     /* the one that was seen last */
	double looked_at;    /* when we looked last */
	double waited, late; /* for how long, while we looked */
	bool unwanted;	     /* the worker has been told to end */
};

/* Time in which we did not run either is not counted. */
static void look_at_worker(struct watching *watching)
{
	double now = su_clock_us(), since = now - watching->looked_at;
	uint64_t wait = atomic_load(&watching->board->watch.waits);

	if (since > 2 * TICK)
		since = 2 * TICK;
	watching->waited = wait % 2 && wait == watching->wait ? watching->waited + since : 0;
	watching->late += now > watching->work->deadline ? since : 0;
	watching->wait = wait;
	watching->looked_at = now;
}

/* True: it has said all that it has to say. */
static bool take_words(struct watching *watching, struct su_answer *ret)
{
	struct su_answer answer;
	uint32_t kind;

	while (su_answer_receive(&watching->read, &kind, &answer)) {
		if (kind == DONE) {
			*ret = answer;
			return true;
		}
		if (watching->work->progress && answer.bytes.len && !su_vec_end(&answer.bytes)[-1])
			watching->work->progress(watching->work->progress_ctx,
						 (const char *)answer.bytes.at);
		su_answer_deinit(&answer);
	}
	return false;
}

/* It gets what we have got, once. */
static void pass_signal_on(struct watching *watching)
{
	sigset_t pending;

	sigpending(&pending);
	for (int sig = 1; sig < SIGRTMIN; sig++)
		if (sigismember(&pending, sig) && sigismember(&watching->endings, sig))
			kill(watching->worker, sig);
	watching->fds[1].fd = -1;
}

/* Once. */
static void ask_caller(struct watching *watching)
{
	const struct su_work *work = watching->work;

	if (watching->unwanted || !work->is_unwanted || !work->is_unwanted(work->is_unwanted_ctx))
		return;
	watching->unwanted = true;
	kill(watching->worker, SIGTERM);
}

enum end { ANSWERED, DIED, HANGS };

static enum end watch_worker(struct watching *watching, struct su_answer *ret)
{
	uint8_t part[4096];

	for (;;) {
		poll(watching->fds, 2, (int)(TICK / 1000));
		if (watching->fds[1].revents)
			pass_signal_on(watching);
		if (watching->fds[0].revents) {
			ssize_t got = read(watching->fds[0].fd, part, sizeof(part));

			if (!got || (got < 0 && errno != EINTR && errno != EAGAIN))
				return DIED;
			su_answer_put(&watching->read, part, got > 0 ? (size_t)got : 0);
			if (take_words(watching, ret))
				return ANSWERED;
		}
		ask_caller(watching);
		look_at_worker(watching);
		if (watching->waited > patience || watching->late > OVERTIME)
			return HANGS;
	}
}

/* One that hangs where not even SIGKILL reaches it is left to its fate. */
static int end_worker(pid_t worker, enum end end)
{
	double deadline = su_clock_us() + DYING;
	int status = 0;

	if (end == HANGS) {
		patience = patience / 2 > LEAST_PATIENCE ? patience / 2 : LEAST_PATIENCE;
		kill(worker, SIGKILL);
	}
	while (waitpid(worker, &status, end == HANGS ? WNOHANG : 0) != worker &&
	       (end != HANGS || su_clock_us() < deadline))
		usleep(1000);
	return status;
}

static struct su_err *explain_end(enum end end, int status)
{
	if (end == HANGS)
		return su_refuse(SU_WHY_WORK_HANGS);
	if (WIFSIGNALED(status))
		return su_err_new(SU_E_INTERNAL, "the updater was ended by signal %d (%s)",
				  WTERMSIG(status), strsignal(WTERMSIG(status)));
	return su_err_new(SU_E_INTERNAL, "the updater ended with status %d", WEXITSTATUS(status));
}

/* Starts and watches it. */
static struct su_err *run_watched(struct watching *watching, const sigset_t *outer,
				  struct su_answer *ret)
{
	pid_t self = getpid();
	int ends[2];

	if (pipe2(ends, O_CLOEXEC))
		return su_err_errno(SU_E_IO, errno, "cannot make a pipe");
	watching->worker = fork();
	if (!watching->worker)
		be_worker(watching->work, watching->board, ends[1], self, outer);
	struct su_err *err =
		watching->worker < 0 ? su_err_errno(SU_E_IO, errno, "cannot fork") : NULL;
	close(ends[1]);
	watching->fds[0] = (struct pollfd){ .fd = ends[0], .events = POLLIN };
	if (!err) {
		enum end end = watch_worker(watching, ret);
		int status = end_worker(watching->worker, end);
		if (end != ANSWERED)
			err = explain_end(end, status);
	}
	close(ends[0]);
	su_answer_deinit(&watching->read);
	return err;
}

static struct su_err *call_died(const struct su_work *work, const struct board *board,
				struct su_err *why)
{
	struct su_traces traces = { .writes = board->writes, .commits = board->commits };

	for (uint32_t i = 0; i < board->touched_count && i < MOST_TOUCHED; i++)
		su_vec_push(&traces.touched.list, board->touched[i]);
	struct su_err *err = work->died(work->ctx, &traces, why);
	su_vec_deinit(&traces.touched.list);
	return err;
}

struct su_err *su_worker_run(const struct su_work *work, struct su_answer *ret)
{
	struct watching watching = { .work = work, .looked_at = su_clock_us() };
	sigset_t outer;

	watching.board = mmap(NULL, sizeof(*watching.board), PROT_READ | PROT_WRITE,
			      MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (watching.board == MAP_FAILED)
		return su_err_errno(SU_E_IO, errno, "cannot share memory");
	su_quiet_endings(&watching.endings);
	pthread_sigmask(SIG_BLOCK, &watching.endings, &outer);
	int signals = signalfd(-1, &watching.endings, SFD_CLOEXEC);
	watching.fds[1] = (struct pollfd){ .fd = signals, .events = POLLIN };
	struct su_err *err = run_watched(&watching, &outer, ret);
	if (signals >= 0)
		close(signals);
	if (err)
		err = call_died(work, watching.board, err);
	munmap(watching.board, sizeof(*watching.board));
	/* Now what has been put off. */
	pthread_sigmask(SIG_SETMASK, &outer, NULL);
	return err;
}

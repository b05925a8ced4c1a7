/* Looking at a process from a child that may do nothing: see apart.h. */
#include "process/apart.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/reason.h"
#include "base/watch.h"

#define MOST_MEMORY (UINT64_C(1) << 30) /* more than what we have ourselves */
#define MOST_SECONDS 10			/* on a processor */
#define MORE_ANSWER 65536		/* bytes for an error, and what stands around */
#define MOST_FILTER 512			/* instructions */
#define PATIENCE 5e6			/* microseconds */
#define LEAST_PATIENCE 250e3		/* after many that did not answer */
#define FIRST_USER 0x7ffe0000u		/* and the number of the child: nobody else's */

/* Each that does not answer makes us less patient: together they cannot keep us for long. */
static _Thread_local double patience = PATIENCE;

/* ---- the child ---- */

static struct su_err *cannot_drop(const char *what)
{
	return su_err_errno(SU_E_IO, errno, "cannot lay aside %s", what);
}

static struct su_err *limit_resource(int resource, rlim_t most)
{
	struct rlimit now;

	if (getrlimit(resource, &now))
		return cannot_drop("resources");
	if (now.rlim_max != RLIM_INFINITY && now.rlim_max < most)
		most = now.rlim_max;
	return setrlimit(resource, &(struct rlimit){ most, most }) ? cannot_drop("resources")
								   : NULL;
}

static struct su_err *limit_resources(void)
{
#ifndef __SANITIZE_ADDRESS__ /* which reserves most of the address space */
	uint64_t own = su_proc_status_number(getpid(), getpid(), "VmSize", 10, 0) << 10;

	SU_TRY(limit_resource(RLIMIT_AS, own + MOST_MEMORY));
#endif
	SU_TRY(limit_resource(RLIMIT_CPU, MOST_SECONDS));
	SU_TRY(limit_resource(RLIMIT_CORE, 0));
	return limit_resource(RLIMIT_FSIZE, 0);
}

/* A user that nobody else is, so that nobody can signal us; in a namespace that has no such user,
 * nobody. */
static bool become_nobody(void)
{
	const gid_t groups[] = { FIRST_USER + (gid_t)getpid(), 65534 };

	for (size_t i = 0; i < sizeof(groups) / sizeof(*groups); i++)
		if (!setresgid(groups[i], groups[i], groups[i]) &&
		    !setresuid(groups[i], groups[i], groups[i]))
			return true;
	return false;
}

static int compare_numbers(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

/* What was open before is not ours, but for these three. */
static struct su_err *close_others(int one, int two, int three)
{
	int kept[] = { one, two, three };
	unsigned from = 0;

	qsort(kept, 3, sizeof(*kept), compare_numbers);
	for (int i = 0; i < 3; from = (unsigned)kept[i++] + 1)
		if ((unsigned)kept[i] > from && close_range(from, (unsigned)kept[i] - 1, 0))
			return cannot_drop("open files");
	return close_range(from, ~0u, 0) ? cannot_drop("open files") : NULL;
}

static struct su_err *drop_user(void)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct none[2] = { { 0 } };

	bool is_nobody = !setgroups(0, NULL) && become_nobody();
	if (!is_nobody && !geteuid())
		return cannot_drop("the user");
	prctl(PR_SET_PDEATHSIG, SIGKILL); /* another user's child has none */
	if (syscall(SYS_capset, &header, none))
		return cannot_drop("capabilities");
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0))
		return cannot_drop("privileges");
	return NULL;
}

/* What is left: memory without code, reading what is open, and the answer. */
static int allow_little(scmp_filter_ctx filter)
{
	static const int allowed[] = {
		SCMP_SYS(read),	  SCMP_SYS(pread64), SCMP_SYS(write),	       SCMP_SYS(munmap),
		SCMP_SYS(mremap), SCMP_SYS(brk),     SCMP_SYS(madvise),	       SCMP_SYS(futex),
		SCMP_SYS(exit),	  SCMP_SYS(close),   SCMP_SYS(clock_gettime),  SCMP_SYS(getrandom),
		SCMP_SYS(lseek),  SCMP_SYS(fstat),   SCMP_SYS(rt_sigprocmask), SCMP_SYS(exit_group),
	};
	const struct scmp_arg_cmp no_code = SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0);
	int failed = filter ? 0 : -ENOMEM;

	for (size_t i = 0; i < sizeof(allowed) / sizeof(*allowed) && !failed; i++)
		failed = seccomp_rule_add(filter, SCMP_ACT_ALLOW, allowed[i], 0);
	if (!failed)
		failed = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1, no_code);
	if (!failed)
		failed = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1, no_code);
	return failed;
}

/* Made once, before there is a child: the kernel takes it as it is. */
static struct {
	pthread_once_t once;
	struct sock_filter code[MOST_FILTER];
	unsigned short length; /* 0: it could not be made */
} filter = { .once = PTHREAD_ONCE_INIT };

static void make_filter(void)
{
	scmp_filter_ctx rules = seccomp_init(SCMP_ACT_ERRNO(EPERM));
	int fd = memfd_create("filter", MFD_CLOEXEC);

	if (fd >= 0 && !allow_little(rules) && !seccomp_export_bpf(rules, fd)) {
		ssize_t got = pread(fd, filter.code, sizeof(filter.code), 0);

		if (got > 0 && (size_t)got < sizeof(filter.code))
			filter.length = (unsigned short)((size_t)got / sizeof(*filter.code));
	}
	if (fd >= 0)
		close(fd);
	seccomp_release(rules);
}

static struct su_err *drop_system_calls(void)
{
	const struct sock_fprog program = { filter.length, filter.code };

	if (filter.length && !prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program))
		return NULL;
	return cannot_drop("system calls");
}

/* All that has to be opened.  The names of what is mapped are the process's word: they are read later,
 * without rights. */
static struct su_err *open_glimpse(pid_t pid, struct su_glimpse *ret, int *ret_maps)
{
	/* A leader that has exited before its threads has no memory. */
	pid_t living = su_proc_living_task(pid);

	if (!living)
		return su_err_new(SU_E_GONE, "process %d has exited", pid);
	SU_TRY(su_maps_open(living, ret_maps));
	su_proc_stack_tops(pid, &ret->stacks);
	return su_memory_open_to_read(&ret->memory, living);
}

static struct su_err *look_apart(int fd, pid_t pid, su_apart_work *work, void *ctx,
				 struct su_answer *ret)
{
	struct su_glimpse glimpse = { .memory.fd = -1 };
	int maps;

	SU_TRY(limit_resources());
	SU_TRY(open_glimpse(pid, &glimpse, &maps));
	SU_TRY(close_others(fd, glimpse.memory.fd, maps));
	SU_TRY(drop_user());
	SU_TRY(drop_system_calls());
	SU_TRY(su_maps_take(&glimpse.maps, maps));
	return work(ctx, &glimpse, ret);
}

/* The error, and without one what was found. */
static void __attribute__((noreturn)) be_child(int fd, pid_t pid, su_apart_work *work, void *ctx)
{
	const struct sched_param ordinary = { 0 };
	struct su_answer found = { { 0 } }, answer = { { 0 } };

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	sched_setscheduler(0, SCHED_OTHER, &ordinary);
	su_watch_by(NULL);
	struct su_err *err = look_apart(fd, pid, work, ctx, &found);
	su_answer_put_error(&answer, err);
	if (!err)
		su_answer_put(&answer, found.bytes.at, found.bytes.len);
	su_answer_send(fd, 0, &answer);
	_exit(0);
}

/* ---- the parent ---- */

static struct su_err *no_answer(pid_t pid)
{
	return su_err_new(SU_E_FORMAT, "looking at process %d came to no end", pid);
}

/* Reads until the child has closed its end. */
static struct su_err *read_answer(int fd, pid_t pid, uint64_t most, struct su_answer *ret)
{
	double end = su_clock_us() + patience;
	uint8_t part[4096];

	for (;;) {
		double left = end - su_clock_us();
		struct pollfd wait = { .fd = fd, .events = POLLIN };

		if (left <= 0 || !poll(&wait, 1, (int)(left / 1000) + 1)) {
			patience = patience / 2 > LEAST_PATIENCE ? patience / 2 : LEAST_PATIENCE;
			return su_refuse(SU_WHY_LOOK_HANGS, pid);
		}
		ssize_t got = read(fd, part, sizeof(part));
		if (got < 0 && (errno == EINTR || errno == EAGAIN))
			continue;
		if (got < 0 || ret->bytes.len > most + MORE_ANSWER)
			return no_answer(pid);
		if (!got)
			return NULL;
		su_answer_put(ret, part, (size_t)got);
	}
}

static struct su_err *take_answer(pid_t pid, struct su_answer *read, struct su_answer *ret)
{
	struct su_answer answer;
	struct su_err *err = NULL;
	uint32_t kind;

	if (!su_answer_receive(read, &kind, &answer))
		return no_answer(pid);
	struct su_cursor cursor = su_cursor_init(answer.bytes.at, answer.bytes.len);
	if (!su_answer_take_error(&cursor, &err))
		err = no_answer(pid);
	if (!err)
		su_answer_put(ret, cursor.bytes + cursor.at, su_cursor_left(&cursor));
	su_answer_deinit(&answer);
	return err;
}

/* One that hangs in the kernel is not waited for: it ends when it can. */
static void end_child(pid_t child, bool answered)
{
	if (!answered)
		kill(child, SIGKILL);
	waitpid(child, NULL, answered ? 0 : WNOHANG);
}

struct su_err *su_apart(pid_t pid, su_apart_work *work, void *ctx, uint64_t most,
			struct su_answer *ret)
{
	struct su_answer read = { { 0 } }, answer = { { 0 } };
	int ends[2];

	pthread_once(&filter.once, make_filter);
	if (pipe2(ends, O_CLOEXEC))
		return su_err_errno(SU_E_IO, errno, "cannot make a pipe");
	pid_t child = fork();
	if (!child) {
		close(ends[0]);
		be_child(ends[1], pid, work, ctx);
	}
	close(ends[1]);
	struct su_err *err = child < 0 ? su_err_errno(SU_E_IO, errno, "cannot fork")
				       : read_answer(ends[0], pid, most, &read);
	close(ends[0]);
	if (child > 0)
		end_child(child, !err);
	if (!err)
		err = take_answer(pid, &read, &answer);
	su_answer_deinit(&read);
	if (!err)
		*ret = answer;
	return err;
}

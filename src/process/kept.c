/* Words of a process that are not in its memory: see kept.h. */
#include "process/kept.h"

#include <dirent.h>
#include <elf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/pidfd.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <linux/sockios.h>

#include "arch/signal_frame.h"
#include "base/alloc.h"

#define MAX_XSTATE 16384 /* bytes of an XSAVE area, with room to spare */
#define QUEUE_PART 16	 /* signals that are asked for at once */

static enum su_kept not_known(struct su_kept_visit *visit, const char *what)
{
	visit->unknown = what;
	return SU_KEPT_UNKNOWN;
}

static enum su_kept look_at(const struct su_kept_visit *visit, uint64_t word, const char *holder)
{
	return visit->look(visit->ctx, word, holder) ? SU_KEPT_ENDED : SU_KEPT_STOPPED;
}

enum su_kept su_kept_in_vectors(const struct su_thread *thread, struct su_kept_visit *visit)
{
	enum su_kept kept = SU_KEPT_ENDED;
	uint64_t state[MAX_XSTATE / 8];
	struct iovec to = { state, sizeof(state) };

	if (ptrace(PTRACE_GETREGSET, thread->tid, SU_SIGNAL_STATE_NOTE, &to) ||
	    to.iov_len == sizeof(state))
		return not_known(visit, "its vector registers");
	for (size_t i = 0; i < to.iov_len / 8 && kept == SU_KEPT_ENDED; i++)
		kept = look_at(visit, state[i], "in a vector register");
	return kept;
}

/* Words that a file of /proc gives in hexadecimal, behind `mark` in the lines with `key`. */
static enum su_kept look_at_file(struct su_kept_visit *visit, const char *path, const char *key,
				 const char *mark, const char *holder)
{
	FILE *file = fopen(path, "re");
	enum su_kept kept = SU_KEPT_ENDED;
	char line[256];

	if (!file)
		return not_known(visit, holder);
	while (kept == SU_KEPT_ENDED && fgets(line, sizeof(line), file)) {
		const char *at = strstr(line, key);

		at = at ? strstr(at, mark) : NULL;
		if (at)
			kept = look_at(visit, strtoull(at + strlen(mark), NULL, 16), holder);
	}
	fclose(file);
	return kept;
}

/* "signal: NUMBER/POINTER": proc_pid_timers(5). */
static enum su_kept look_at_timers(const struct su_session *session, struct su_kept_visit *visit)
{
	SU_FREE char *path = su_format("/proc/%d/timers", session->pid);

	return look_at_file(visit, path, "signal:", "/", "as data of a timer");
}

/* ---- signals ---- */

static enum su_kept look_at_queue(pid_t tid, uint32_t flags, struct su_kept_visit *visit)
{
	enum su_kept kept = SU_KEPT_ENDED;
	siginfo_t infos[QUEUE_PART];
	long count = QUEUE_PART;

	for (uint64_t off = 0; count == QUEUE_PART && kept == SU_KEPT_ENDED; off += QUEUE_PART) {
		struct __ptrace_peeksiginfo_args part = { .off = off,
							  .flags = flags,
							  .nr = QUEUE_PART };

		count = ptrace(PTRACE_PEEKSIGINFO, tid, &part, infos);
		for (long i = 0; i < count && kept == SU_KEPT_ENDED; i++)
			kept = look_at(visit, (uint64_t)infos[i].si_value.sival_ptr,
				       "with a queued signal");
	}
	return kept;
}

static enum su_kept look_at_signals(const struct su_session *session, struct su_kept_visit *visit)
{
	enum su_kept kept = SU_KEPT_ENDED;
	bool shared = false;

	for (size_t i = 0; i < session->threads.len && kept == SU_KEPT_ENDED; i++) {
		pid_t tid = session->threads.at[i].tid;

		if (session->threads.at[i].state != SU_THREAD_STOPPED)
			continue;
		kept = look_at_queue(tid, 0, visit);
		if (kept == SU_KEPT_ENDED && !shared)
			kept = look_at_queue(tid, PTRACE_PEEKSIGINFO_SHARED, visit);
		shared = true;
	}
	return kept;
}

/* ---- descriptors ---- */

/* Bytes under way in a pipe or a local socket, or that cannot be told. */
static bool has_bytes(int pidfd, int number, bool is_socket)
{
	int fd = pidfd_getfd(pidfd, number, 0), in = 0, out = 0, domain = AF_UNIX;
	socklen_t size = sizeof(domain);
	bool any = fd < 0;

	if (fd >= 0 && is_socket && getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &size))
		any = true;
	if (fd >= 0 && domain == AF_UNIX) {
		ioctl(fd, FIONREAD, &in); /* fails for one that listens */
		if (is_socket)
			ioctl(fd, SIOCOUTQ, &out);
		any |= in > 0 || out > 0;
	}
	if (fd >= 0)
		close(fd);
	return any;
}

static enum su_kept look_behind(pid_t pid, int pidfd, const char *number,
				struct su_kept_visit *visit)
{
	SU_FREE char *link = su_format("/proc/%d/fd/%s", pid, number);
	char what[64] = "";

	if (readlink(link, what, sizeof(what) - 1) < 0)
		return SU_KEPT_ENDED;
	if (!strcmp(what, "anon_inode:[eventpoll]")) {
		SU_FREE char *info = su_format("/proc/%d/fdinfo/%s", pid, number);

		return look_at_file(visit, info, "tfd:", "data:", "as data of an epoll item");
	}
	if (!strcmp(what, "anon_inode:[io_uring]"))
		return not_known(visit, "an io_uring");
	bool is_socket = !strncmp(what, "socket:", 7);
	if ((is_socket || !strncmp(what, "pipe:", 5)) && has_bytes(pidfd, atoi(number), is_socket))
		return not_known(visit, "bytes under way in a pipe or a local socket");
	return SU_KEPT_ENDED;
}

static enum su_kept look_at_descriptors(const struct su_session *session,
					struct su_kept_visit *visit)
{
	SU_FREE char *path = su_format("/proc/%d/fd", session->pid);
	DIR *folder = opendir(path);
	int pidfd = pidfd_open(session->pid, 0);
	const struct dirent *entry;
	enum su_kept kept = SU_KEPT_ENDED;

	if (!folder || pidfd < 0)
		kept = not_known(visit, "its open files");
	while (kept == SU_KEPT_ENDED && (entry = readdir(folder)))
		if (*entry->d_name != '.')
			kept = look_behind(session->pid, pidfd, entry->d_name, visit);
	if (folder)
		closedir(folder);
	if (pidfd >= 0)
		close(pidfd);
	return kept;
}

enum su_kept su_kept_by_kernel(const struct su_session *session, struct su_kept_visit *visit)
{
	enum su_kept kept = look_at_timers(session, visit);

	if (kept == SU_KEPT_ENDED)
		kept = look_at_signals(session, visit);
	if (kept == SU_KEPT_ENDED)
		kept = look_at_descriptors(session, visit);
	return kept;
}

/* Whole files: see input.h. */
#include "base/input.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/alloc.h"

/* ---- reading ---- */

static struct su_err *read_open(int fd, const char *path, size_t most, struct su_input *input)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return su_err_errno(SU_E_IO, errno, "cannot read %s", path);
	if (!S_ISREG(st.st_mode))
		return su_err_new(SU_E_FORMAT, "%s: not a regular file", path);
	if ((uint64_t)st.st_size > most)
		return su_err_new(SU_E_FORMAT, "%s: larger than %zu bytes", path, most);
	input->bytes = su_alloc((size_t)st.st_size + 1);
	input->owner = st.st_uid;
	input->mode = st.st_mode;
	while (input->size < (size_t)st.st_size) {
		ssize_t got =
			read(fd, input->bytes + input->size, (size_t)st.st_size - input->size);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return su_err_errno(SU_E_IO, got < 0 ? errno : EIO, "cannot read %s", path);
		input->size += (size_t)got;
	}
	return NULL;
}

struct su_err *su_input_read(const char *path, size_t most, struct su_input *ret)
{
	struct su_input input = { 0 };
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

	if (fd < 0)
		return su_err_errno(SU_E_IO, errno, "cannot open %s", path);
	struct su_err *err = read_open(fd, path, most, &input);
	close(fd);
	if (err)
		free(input.bytes);
	else
		*ret = input;
	return err;
}

/* ---- writing ---- */

static struct su_err *write_all(int fd, const uint8_t *bytes, size_t size, const char *path)
{
	for (size_t done = 0; done < size;) {
		ssize_t put = write(fd, bytes + done, size - done);

		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return su_err_errno(SU_E_IO, errno, "cannot write %s", path);
		done += (size_t)put;
	}
	if (fsync(fd) < 0)
		return su_err_errno(SU_E_IO, errno, "cannot write %s", path);
	return NULL;
}

/* At a limit on the size of files the kernel sends a signal, which ends by default who writes: while
 * we write it waits, and one that has come is taken. */
static struct su_err *write_within_limits(int fd, const uint8_t *bytes, size_t size,
					  const char *path)
{
	const struct timespec now = { 0, 0 };
	sigset_t limit, before;

	sigemptyset(&limit);
	sigaddset(&limit, SIGXFSZ);
	pthread_sigmask(SIG_BLOCK, &limit, &before);
	struct su_err *err = write_all(fd, bytes, size, path);
	if (err && !sigismember(&before, SIGXFSZ))
		sigtimedwait(&limit, NULL, &now);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return err;
}

static struct su_err *fill_temporary(int fd, const char *temporary, const char *path,
				     const void *bytes, size_t size)
{
	struct su_err *err = write_within_limits(fd, bytes, size, temporary);
	struct stat replaced;

	if (!err && stat(path, &replaced) == 0 && fchmod(fd, replaced.st_mode & 07777) < 0)
		err = su_err_errno(SU_E_IO, errno, "cannot write %s", temporary);
	if (close(fd) < 0 && !err)
		err = su_err_errno(SU_E_IO, errno, "cannot write %s", temporary);
	if (!err && rename(temporary, path) < 0)
		err = su_err_errno(SU_E_IO, errno, "cannot rename to %s", path);
	return err;
}

/* Beside `path`: the system makes the mode of it what new files have (mkstemp() does not). */
static int create_temporary(const char *path, mode_t mode, char **ret)
{
	int fd = -1;

	errno = EEXIST;
	for (unsigned tries = 0; fd < 0 && errno == EEXIST && tries < 100; tries++) {
		free(*ret);
		*ret = su_format("%s.%d-%u", path, (int)getpid(), tries);
		fd = open(*ret, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
	}
	return fd;
}

struct su_err *su_output_write(const char *path, const void *bytes, size_t size, mode_t mode)
{
	SU_FREE char *temporary = NULL;
	int fd = create_temporary(path, mode, &temporary);

	if (fd < 0)
		return su_err_errno(SU_E_IO, errno, "cannot write to the folder of %s", path);
	struct su_err *err = fill_temporary(fd, temporary, path, bytes, size);
	if (err)
		unlink(temporary);
	return err;
}

/* What root keeps of the updates since boot: see state.h. */
#include "trust/state.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/input.h"
#include "trust/signature.h"
#include "trust/trust.h"

#define STATE "/var/lib/strongupdate"

static char *find_folder(void)
{
	const char *other = secure_getenv("STRONGUPDATE_STATE");
	SU_FREE char *config = su_trust_config();

	if (!access(STATE, F_OK))
		return su_strdup(STATE);
	return su_strdup(other && strcmp(config, "/etc/strongupdate") ? other : "");
}

/* ---- a new boot ---- */

static bool is_of_boot(const char *path, const char *boot)
{
	struct su_input input;
	struct su_err *err = su_input_read(path, 4096, &input);

	if (err) {
		su_err_destroy(err);
		return false;
	}
	bool same = !strcmp((char *)input.bytes, boot);
	free(input.bytes);
	return same;
}

static void empty_folder(const char *path)
{
	DIR *dir = opendir(path);

	for (struct dirent *entry; dir && (entry = readdir(dir));)
		if (*entry->d_name != '.')
			unlinkat(dirfd(dir), entry->d_name, 0);
	if (dir)
		closedir(dir);
}

/* With the folder locked. */
static struct su_err *begin_boot(const char *folder, const char *boot)
{
	SU_FREE char *mark = su_format("%s/boot", folder);
	SU_FREE char *patches = su_format("%s/patches", folder);
	SU_FREE char *updates = su_format("%s/updates", folder);

	if (mkdir(patches, 0700) && errno != EEXIST)
		return su_err_errno(SU_E_IO, errno, "cannot create %s", patches);
	if (is_of_boot(mark, boot))
		return NULL;
	empty_folder(patches);
	unlink(updates);
	return su_output_write(mark, boot, strlen(boot), 0600);
}

static struct su_err *lock_folder(const char *folder, int *ret)
{
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0 || flock(fd, LOCK_EX)) {
		int errnum = errno;

		if (fd >= 0)
			close(fd);
		return su_err_errno(SU_E_IO, errnum, "cannot lock %s", folder);
	}
	*ret = fd;
	return NULL;
}

struct su_err *su_state_open(const char *boot, struct su_state *ret)
{
	struct su_state state = { .folder = find_folder() };
	struct su_err *err = NULL;
	int lock = -1;

	if (*state.folder) {
		err = su_trust_require_own(state.folder);
		if (!err)
			err = lock_folder(state.folder, &lock);
		if (!err) {
			err = begin_boot(state.folder, boot);
			close(lock);
		}
	}
	if (err)
		su_state_close(&state);
	else
		*ret = state;
	return err;
}

void su_state_close(struct su_state *state)
{
	free(state->folder);
	state->folder = NULL;
}

/* ---- patches ---- */

static char *path_of(const struct su_state *state, const uint8_t *bytes, size_t size)
{
	char hash[2 * SU_SIGNATURE_HASH + 1];

	su_signature_hash(bytes, size, hash);
	return su_format("%s/patches/%s.sup", state->folder, hash);
}

struct su_err *su_state_keep(const struct su_state *state, const uint8_t *bytes, size_t size,
			     const char *signatures)
{
	SU_FREE char *path = path_of(state, bytes, size);
	SU_FREE char *beside = su_format("%s.sig", path);

	if (!*state->folder)
		return NULL;
	if (signatures)
		SU_TRY(su_output_write(beside, signatures, strlen(signatures), 0600));
	return access(path, F_OK) ? su_output_write(path, bytes, size, 0600) : NULL;
}

bool su_state_has(const struct su_state *state, const uint8_t *bytes, size_t size)
{
	SU_FREE char *path = path_of(state, bytes, size);

	return *state->folder && !access(path, F_OK);
}

/* ---- updates ---- */

struct su_err *su_state_note(const struct su_state *state, const char *line)
{
	SU_FREE char *path = su_format("%s/updates", state->folder);
	SU_FREE char *text = su_format("%s\n", line);

	if (!*state->folder)
		return NULL;
	/* One write at the end of the file, which nobody else's comes into. */
	int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return su_err_errno(SU_E_IO, errno, "cannot open %s", path);
	bool done = write(fd, text, strlen(text)) == (ssize_t)strlen(text);
	int errnum = errno;
	close(fd);
	return done ? NULL : su_err_errno(SU_E_IO, errnum, "cannot write %s", path);
}

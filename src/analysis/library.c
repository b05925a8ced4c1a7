/* Library functions and what they write: see library.h. */
#include "analysis/library.h"

#include <string.h>
#include <sys/epoll.h>

#define EVENT sizeof(struct epoll_event)

/* Those that write through no pointer, but to what is behind a FILE or a DIR. */
/* clang-format off */
static const char *const readers[] = {
	"__fprintf_chk", "__printf_chk", "__syslog_chk", "__vfprintf_chk", "__vprintf_chk",
	"__vsyslog_chk", "access", "atoi", "atol", "atoll", "bcmp", "chdir", "chmod", "connect",
	"dprintf", "fopen", "fopen64", "fprintf", "fputs", "fputs_unlocked", "fwrite",
	"fwrite_unlocked", "getenv", "index", "memchr", "memcmp", "memmem", "memrchr", "mkdir",
	"open", "open64", "openat", "openat64", "opendir", "perror", "printf", "puts", "pwrite",
	"pwrite64", "rawmemchr", "rename", "rindex", "rmdir", "send", "sendto", "setenv", "stpcmp",
	"strcasecmp", "strcasestr", "strchr", "strchrnul", "strcmp", "strcspn", "strdup", "strlen",
	"strncasecmp", "strncmp", "strndup", "strnlen", "strpbrk", "strrchr", "strspn", "strstr",
	"symlink", "syslog", "system", "unlink", "vdprintf", "vfprintf", "vprintf", "vsyslog",
	"write",
};
/* clang-format on */

/* Those that fill a buffer. */
static const struct {
	const char *name;
	uint8_t buffer, size;
	bool tells_all;
} fillers[] = {
	{ "__fgets_chk", 0, 2, false },	  { "__pread_chk", 1, 2, false },
	{ "__read_chk", 1, 2, false },	  { "__recv_chk", 1, 2, true }, /* MSG_TRUNC */
	{ "__snprintf_chk", 0, 1, true }, { "__vsnprintf_chk", 0, 1, true },
	{ "epoll_pwait", 1, 2, false },	  { "epoll_wait", 1, 2, false },
	{ "fgets", 0, 1, false },	  { "fgets_unlocked", 0, 1, false },
	{ "getcwd", 0, 1, false },	  { "gethostname", 0, 1, false },
	{ "pread", 1, 2, false },	  { "pread64", 1, 2, false },
	{ "read", 1, 2, false },	  { "readlink", 1, 2, false },
	{ "recv", 1, 2, true },		  { "snprintf", 0, 1, true },
	{ "strftime", 0, 1, false },	  { "vsnprintf", 0, 1, true },
};

const char *su_library_callee(const struct su_image *image, const struct su_insn *insn)
{
	bool direct = insn->flow != SU_FLOW_CALL_IND && insn->flow != SU_FLOW_JUMP_IND;
	struct su_import import;

	if ((!direct && !insn->fields[0].size) ||
	    !su_image_import_at(image, direct ? insn->target : insn->fields[0].target, &import))
		return NULL;
	return import.symbol->name;
}

bool su_library_writes(const char *name, struct su_library_writes *ret)
{
	*ret = (struct su_library_writes){ 0 };
	for (size_t i = 0; i < sizeof(readers) / sizeof(*readers); i++) {
		if (strcmp(name, readers[i]) == 0)
			return true;
	}
	for (size_t i = 0; i < sizeof(fillers) / sizeof(*fillers); i++) {
		if (strcmp(name, fillers[i].name) != 0)
			continue;
		*ret = (struct su_library_writes){ .through = (uint8_t)(1u << fillers[i].buffer),
						   .fills = true,
						   .buffer = fillers[i].buffer,
						   .size = fillers[i].size,
						   .unit = strncmp(name, "epoll", 5) ? 1 : EVENT,
						   .leaves = strstr(name, "fgets") != NULL,
						   .tells_all = fillers[i].tells_all };
		return true;
	}
	return false;
}

/* Library functions that do not keep pointer arguments: see retain.h. Sorted, for bsearch(). */
#include "analysis/retain.h"

#include <stdlib.h>
#include <string.h>

/* Several names to a line. */
/* clang-format off */
static const char *const harmless[] = {
	"__errno_location", "__fdelt_chk", "__fprintf_chk", "__isoc99_sscanf", "__memcpy_chk",
	"__memset_chk", "__poll_chk", "__printf_chk", "__read_chk", "__recv_chk", "__snprintf_chk",
	"__sprintf_chk", "__stack_chk_fail", "__strcpy_chk", "__strncpy_chk", "__vsnprintf_chk",
	"accept", "accept4", "atoi", "atol", "bcmp", "bind", "clock_gettime", "clock_nanosleep",
	"connect", "epoll_ctl", "epoll_pwait", "epoll_wait", "fgets", "fprintf", "fputs", "fread", "free",
	"fstat", "fstatfs", "fwrite", "getpeername", "getrlimit", "getrusage", "getsockname",
	"getsockopt", "gettimeofday", "gmtime_r", "inet_ntop", "inet_pton", "ioctl", "localtime_r",
	"lstat", "memchr", "memcmp", "memcpy", "memmove", "mempcpy", "memset", "mktime", "nanosleep",
	"open", "perror", "pipe", "pipe2", "poll", "ppoll", "pread", "pread64", "printf", "pselect",
	"pthread_attr_destroy", "pthread_attr_init", "pthread_attr_setdetachstate",
	"pthread_attr_setstacksize", "pthread_create", "pthread_getname_np", "pthread_join",
	"pthread_sigmask", "puts", "pwrite", "pwrite64", "qsort", "read", "readv", "recv", "recvfrom",
	"recvmsg", "select", "send", "sendmsg", "sendto", "setrlimit", "setsockopt", "sigaction",
	"sigaddset", "sigdelset", "sigemptyset", "sigfillset", "sigprocmask", "sigtimedwait", "sigwait",
	"snprintf", "socketpair", "sprintf", "sscanf", "stat", "strcat", "strchr", "strcmp", "strcpy",
	"strftime", "strlen", "strncasecmp", "strncmp", "strncpy", "strnlen", "strrchr", "strstr",
	"strtod", "strtol", "strtoll", "strtoul", "strtoull", "time", "vfprintf", "vsnprintf", "wait4",
	"waitpid", "write", "writev",
};
/* clang-format on */

/* Those that return a pointer into what they are given in that register, or the pointer itself. */
static const struct {
	const char *name;
	uint8_t reg;
} returning[] = {
	{ "__memcpy_chk", SU_RDI },  { "__memset_chk", SU_RDI }, { "__strcpy_chk", SU_RDI },
	{ "__strncpy_chk", SU_RDI }, { "fgets", SU_RDI },	 { "gmtime_r", SU_RSI },
	{ "inet_ntop", SU_RDX },     { "localtime_r", SU_RSI },	 { "memchr", SU_RDI },
	{ "memcpy", SU_RDI },	     { "memmove", SU_RDI },	 { "mempcpy", SU_RDI },
	{ "memset", SU_RDI },	     { "strcat", SU_RDI },	 { "strchr", SU_RDI },
	{ "strcpy", SU_RDI },	     { "strncpy", SU_RDI },	 { "strrchr", SU_RDI },
	{ "strstr", SU_RDI },
};

static int compare_name(const void *key, const void *element)
{
	return strcmp(key, *(const char *const *)element);
}

/* The name of the library function that is called, or NULL. */
static const char *imported_callee(const struct su_image *image, const struct su_insn *call)
{
	struct su_import import;
	uint64_t target = call->flow == SU_FLOW_CALL ? call->target : call->fields[0].target;

	if (call->flow == SU_FLOW_CALL_IND && !call->fields[0].size)
		return NULL;
	return su_image_import_at(image, target, &import) ? import.symbol->name : NULL;
}

bool su_call_may_retain(const struct su_image *image, const struct su_insn *call, uint8_t reg)
{
	const char *name = imported_callee(image, call);

	if (!name)
		return true;
	if (strcmp(name, "pthread_create") == 0 && reg == SU_RCX)
		return true;
	if (strncmp(name, "strto", 5) == 0 && reg == SU_RDI) /* stores where it stopped */
		return true;
	return !bsearch(name, harmless, sizeof(harmless) / sizeof(*harmless), sizeof(*harmless),
			compare_name);
}

uint8_t su_call_returns_pointer(const struct su_image *image, const struct su_insn *call)
{
	const char *name = imported_callee(image, call);

	for (size_t i = 0; name && i < sizeof(returning) / sizeof(*returning); i++) {
		if (strcmp(name, returning[i].name) == 0)
			return returning[i].reg;
	}
	return SU_REG_NONE;
}

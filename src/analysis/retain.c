/* Library functions that do not keep pointer arguments: see retain.h. Sorted, for bsearch(). */
#include "analysis/retain.h"

#include <stdlib.h>
#include <string.h>

#include "arch/x86_64/abi.h"

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

static bool is_harmless(const char *name)
{
	return bsearch(name, harmless, sizeof(harmless) / sizeof(*harmless), sizeof(*harmless),
		       compare_name) != NULL;
}

static uint8_t returned_by(const char *name)
{
	for (size_t i = 0; i < sizeof(returning) / sizeof(*returning); i++) {
		if (strcmp(name, returning[i].name) == 0)
			return su_abi_argument_bit(returning[i].reg);
	}
	return 0;
}

bool su_retain_by_import(const struct su_image *image, const struct su_insn *insn,
			 struct su_escape *ret)
{
	bool direct = insn->flow != SU_FLOW_CALL_IND && insn->flow != SU_FLOW_JUMP_IND;
	struct su_import import;

	if (!direct && !insn->fields[0].size)
		return false;
	if (!su_image_import_at(image, direct ? insn->target : insn->fields[0].target, &import))
		return false;
	const char *name = import.symbol->name;
	*ret = (struct su_escape){ .kept = SU_ESCAPE_ALL };
	if (!is_harmless(name))
		return true;
	ret->kept = 0;
	ret->returned[0] = returned_by(name);
	if (strcmp(name, "pthread_create") == 0)
		ret->kept = su_abi_argument_bit(SU_RCX);
	if (strncmp(name, "strto", 5) == 0) /* stores where it stopped */
		ret->kept = su_abi_argument_bit(SU_RDI);
	return true;
}

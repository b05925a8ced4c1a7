/* Library functions that do not keep pointer arguments: see retain.h. Sorted, for bsearch(). */
#include "analysis/retain.h"

#include <stdlib.h>
#include <string.h>

#include "arch/x86_64/abi.h"

/* Several names to a line. */
/* clang-format off */
static const char *const harmless[] = {
	"__asprintf_chk", "__errno_location", "__explicit_bzero_chk", "__fdelt_chk",
	"__fprintf_chk", "__getdelim", "__isoc99_fscanf", "__isoc99_sscanf", "__memcpy_chk",
	"__memmove_chk", "__memset_chk", "__poll_chk", "__pread_chk", "__printf_chk", "__read_chk",
	"__readlink_chk", "__realpath_chk", "__recv_chk", "__recvfrom_chk", "__snprintf_chk",
	"__sprintf_chk", "__stack_chk_fail", "__strcat_chk", "__strcpy_chk", "__strncat_chk",
	"__strncpy_chk", "__syslog_chk", "__vasprintf_chk", "__vfprintf_chk", "__vsnprintf_chk",
	"__vsyslog_chk", "_exit", "abort", "accept", "accept4", "access", "alarm", "arc4random",
	"arc4random_buf", "arc4random_uniform", "asprintf", "atoi", "atol", "bcmp", "bind",
	"calloc", "chdir", "chmod", "chown", "chroot", "clock_getres", "clock_gettime",
	"clock_nanosleep", "close", "closedir", "closelog", "connect", "ctime", "dprintf", "dup",
	"dup2", "epoll_ctl", "epoll_pwait", "epoll_wait", "eventfd", "execl", "execlp", "execv",
	"execve", "execvp", "exit", "explicit_bzero", "fchmod", "fchmodat", "fchown", "fchownat",
	"fclose", "fcntl", "fcntl64", "fdopen", "feof", "ferror", "fflush", "fgetc", "fgets",
	"fileno", "fopen", "fprintf", "fputc", "fputs", "fread", "free", "freeaddrinfo", "fscanf",
	"fseek", "fstat", "fstat64", "fstatat64", "fstatfs", "fstatvfs", "fsync", "ftruncate",
	"ftruncate64", "futimes", "fwrite", "gai_strerror", "getaddrinfo", "getc", "getcwd",
	"getdelim", "getegid", "getentropy", "getenv", "geteuid", "getgid", "getgroups",
	"gethostname", "getline", "getnameinfo", "getpeername", "getpgid", "getpgrp", "getpid",
	"getppid", "getrandom", "getrlimit", "getrlimit64", "getrusage", "getsid", "getsockname",
	"getsockopt", "gettimeofday", "getuid", "gmtime", "gmtime_r", "index", "inet_aton",
	"inet_ntoa", "inet_ntop", "inet_pton", "ioctl", "kill", "link", "listen", "localtime",
	"localtime_r", "lseek", "lseek64", "lstat", "lstat64", "malloc", "memccpy", "memchr",
	"memcmp", "memcpy", "memmem", "memmove", "mempcpy", "memrchr", "memset", "mkdir", "mkfifo",
	"mktime", "nanosleep", "open", "open64", "openat", "openat64", "opendir", "pclose",
	"perror", "pipe", "pipe2", "poll", "popen", "posix_memalign", "ppoll", "pread", "pread64",
	"preadv", "printf", "pselect", "pthread_attr_destroy", "pthread_attr_init",
	"pthread_attr_setdetachstate", "pthread_attr_setstacksize", "pthread_create",
	"pthread_getname_np", "pthread_join", "pthread_sigmask", "putc", "putchar", "puts",
	"pwrite", "pwrite64", "pwritev", "raise", "random", "rawmemchr", "read", "readdir",
	"readdir64", "readlink", "readv", "realloc", "reallocarray", "realpath", "recv",
	"recvfrom", "recvmsg", "rename", "rewind", "rindex", "rmdir", "sched_yield", "select",
	"send", "sendfile", "sendfile64", "sendmsg", "sendto", "setegid", "setenv", "seteuid",
	"setgid", "setgroups", "setitimer", "setlocale", "setpriority", "setresgid", "setresuid",
	"setrlimit", "setrlimit64", "setsid", "setsockopt", "setuid", "shutdown", "sigaction",
	"sigaddset", "sigdelset", "sigemptyset", "sigfillset", "sigprocmask", "sigsuspend",
	"sigtimedwait", "sigwait", "sleep", "snprintf", "socket", "socketpair", "sprintf",
	"srandom", "sscanf", "stat", "stat64", "statfs", "statfs64", "statvfs", "stpcpy",
	"stpncpy", "strcasecmp", "strcasestr", "strcat", "strchr", "strcmp", "strcpy", "strcspn",
	"strdup", "strerror", "strerror_r", "strftime", "strlen", "strncasecmp", "strncat",
	"strncmp", "strncpy", "strndup", "strnlen", "strpbrk", "strptime", "strrchr", "strsignal",
	"strspn", "strstr", "strtod", "strtol", "strtoll", "strtoul", "strtoull", "symlink",
	"sysconf", "syslog", "system", "tcgetattr", "tcsetattr", "time", "timegm",
	"timerfd_settime", "times", "truncate", "ttyname", "umask", "uname", "ungetc", "unlink",
	"unlinkat", "unsetenv", "usleep", "utimensat", "utimes", "vasprintf", "vdprintf",
	"vfprintf", "vprintf", "vsnprintf", "vsprintf", "vsyslog", "wait4", "waitid", "waitpid",
	"write", "writev",
};
/* clang-format on */

/* Those that return a pointer into what they are given in that register, or the pointer itself. */
static const struct {
	const char *name;
	uint8_t reg;
} returning[] = {
	{ "__memcpy_chk", SU_RDI },   { "__memmove_chk", SU_RDI }, { "__memset_chk", SU_RDI },
	{ "__realpath_chk", SU_RSI }, { "__strcat_chk", SU_RDI },  { "__strcpy_chk", SU_RDI },
	{ "__strncat_chk", SU_RDI },  { "__strncpy_chk", SU_RDI }, { "fgets", SU_RDI },
	{ "getcwd", SU_RDI },	      { "gmtime_r", SU_RSI },	   { "index", SU_RDI },
	{ "inet_ntop", SU_RDX },      { "localtime_r", SU_RSI },   { "memccpy", SU_RDI },
	{ "memchr", SU_RDI },	      { "memcpy", SU_RDI },	   { "memmem", SU_RDI },
	{ "memmove", SU_RDI },	      { "mempcpy", SU_RDI },	   { "memrchr", SU_RDI },
	{ "memset", SU_RDI },	      { "rawmemchr", SU_RDI },	   { "realpath", SU_RSI },
	{ "rindex", SU_RDI },	      { "stpcpy", SU_RDI },	   { "stpncpy", SU_RDI },
	{ "strcasestr", SU_RDI },     { "strcat", SU_RDI },	   { "strchr", SU_RDI },
	{ "strcpy", SU_RDI },	      { "strerror_r", SU_RSI },	   { "strncat", SU_RDI },
	{ "strncpy", SU_RDI },	      { "strpbrk", SU_RDI },	   { "strptime", SU_RDI },
	{ "strrchr", SU_RDI },	      { "strstr", SU_RDI },
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

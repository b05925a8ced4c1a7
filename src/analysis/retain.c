/* Library functions that do not keep pointer arguments: see retain.h. Sorted, for bsearch(). */
#include "analysis/retain.h"

#include <stdlib.h>
#include <string.h>

#include "analysis/library.h"
#include "arch/abi.h"

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
	{ "__memcpy_chk", SU_REG_ARGUMENT_1 },	{ "__memmove_chk", SU_REG_ARGUMENT_1 },
	{ "__memset_chk", SU_REG_ARGUMENT_1 },	{ "__realpath_chk", SU_REG_ARGUMENT_2 },
	{ "__strcat_chk", SU_REG_ARGUMENT_1 },	{ "__strcpy_chk", SU_REG_ARGUMENT_1 },
	{ "__strncat_chk", SU_REG_ARGUMENT_1 }, { "__strncpy_chk", SU_REG_ARGUMENT_1 },
	{ "fgets", SU_REG_ARGUMENT_1 },		{ "getcwd", SU_REG_ARGUMENT_1 },
	{ "gmtime_r", SU_REG_ARGUMENT_2 },	{ "index", SU_REG_ARGUMENT_1 },
	{ "inet_ntop", SU_REG_ARGUMENT_3 },	{ "localtime_r", SU_REG_ARGUMENT_2 },
	{ "memccpy", SU_REG_ARGUMENT_1 },	{ "memchr", SU_REG_ARGUMENT_1 },
	{ "memcpy", SU_REG_ARGUMENT_1 },	{ "memmem", SU_REG_ARGUMENT_1 },
	{ "memmove", SU_REG_ARGUMENT_1 },	{ "mempcpy", SU_REG_ARGUMENT_1 },
	{ "memrchr", SU_REG_ARGUMENT_1 },	{ "memset", SU_REG_ARGUMENT_1 },
	{ "rawmemchr", SU_REG_ARGUMENT_1 },	{ "realpath", SU_REG_ARGUMENT_2 },
	{ "rindex", SU_REG_ARGUMENT_1 },	{ "stpcpy", SU_REG_ARGUMENT_1 },
	{ "stpncpy", SU_REG_ARGUMENT_1 },	{ "strcasestr", SU_REG_ARGUMENT_1 },
	{ "strcat", SU_REG_ARGUMENT_1 },	{ "strchr", SU_REG_ARGUMENT_1 },
	{ "strcpy", SU_REG_ARGUMENT_1 },	{ "strerror_r", SU_REG_ARGUMENT_2 },
	{ "strncat", SU_REG_ARGUMENT_1 },	{ "strncpy", SU_REG_ARGUMENT_1 },
	{ "strpbrk", SU_REG_ARGUMENT_1 },	{ "strptime", SU_REG_ARGUMENT_1 },
	{ "strrchr", SU_REG_ARGUMENT_1 },	{ "strstr", SU_REG_ARGUMENT_1 },
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
	const char *name = su_library_callee(image, insn);

	if (!name)
		return false;
	*ret = (struct su_escape){ .kept = SU_ESCAPE_ALL };
	if (!is_harmless(name))
		return true;
	ret->kept = 0;
	ret->returned[0] = returned_by(name);
	if (strcmp(name, "pthread_create") == 0)
		ret->kept = su_abi_argument_bit(SU_REG_ARGUMENT_4);
	if (strncmp(name, "strto", 5) == 0) /* stores where it stopped */
		ret->kept = su_abi_argument_bit(SU_REG_ARGUMENT_1);
	return true;
}

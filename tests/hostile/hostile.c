/*
 * Processes of an ordinary user that mean no good: what each says or does is for those who look at it
 * as root.  `hostile MODE [ARGUMENT]` prints "ready" when it is as it means to be, and stays.
 */
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <linux/userfaultfd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "update/carried/registry.h"

#define PAGE 4096ul
#define STEP (4 * PAGE)
#define TRUE(condition) ((condition) ? (void)0 : give_up(#condition))

static void give_up(const char *what)
{
	perror(what);
	_exit(9);
}

static void stay(void)
{
	puts("ready");
	fflush(stdout);
	for (;;)
		pause();
}

/* ---- what it says of itself ---- */

/* A registry that is right in itself, in the first of four pages. */
static struct su_registry *forge(uint8_t *at)
{
	struct su_registry *registry = (void *)at;

	*registry = (struct su_registry){ .magic = SU_REGISTRY_MAGIC,
					  .version = SU_REGISTRY_VERSION,
					  .state = SU_REGISTRY_APPLIED,
					  .before = SU_REGISTRY_STAGED,
					  .base = (uintptr_t)at,
					  .size = STEP,
					  .span = 2 * PAGE,
					  .patch_off = 3 * PAGE,
					  .packed_size = 100,
					  .patch_size = 1000,
					  .old_build_id_size = 20,
					  .new_build_id_size = 20,
					  .image_name = "\033[31mred\n" };
	return registry;
}

static uint8_t *room(size_t count)
{
	uint8_t *at = mmap(NULL, count * STEP, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			   -1, 0);

	TRUE(at != MAP_FAILED);
	return at;
}

/* Each stands on the next, and the last on the first. */
static void forged(const char *argument)
{
	size_t count = (size_t)atol(argument);
	uint8_t *at = room(count);

	for (size_t i = 0; i < count; i++)
		forge(at + i * STEP)->below = (uintptr_t)(at + (i + 1) % count * STEP);
	for (size_t i = 0; i < count; i++)
		TRUE(!mprotect(at + i * STEP, PAGE, PROT_READ));
	stay();
}

/* Few bytes that are said to be many. */
static void bomb(const char *argument)
{
	uint8_t *at = room(1);

	forge(at)->patch_size = (uint64_t)atol(argument) << 20;
	TRUE(!mprotect(at, PAGE, PROT_READ));
	stay();
}

/* A page that never comes, where a registry might be. */
static void never(const char *argument)
{
	int fd = (int)syscall(SYS_userfaultfd, O_CLOEXEC);
	struct uffdio_api api = { .api = UFFD_API };
	uint8_t *at = room(1);
	struct uffdio_register range = { .range = { (uintptr_t)at, PAGE },
					 .mode = UFFDIO_REGISTER_MODE_MISSING };

	(void)argument;
	if (fd < 0) { /* not for ordinary users here */
		puts("skip");
		exit(0);
	}
	TRUE(!ioctl(fd, UFFDIO_API, &api) && !ioctl(fd, UFFDIO_REGISTER, &range));
	TRUE(!mprotect(at, PAGE, PROT_READ));
	stay();
}

/* The first page of a file, or all of it, as data. */
static void maps(const char *argument)
{
	int fd = open(argument, O_RDONLY);
	off_t size = lseek(fd, 0, SEEK_END);

	TRUE(fd >= 0 && mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, fd, 0) != MAP_FAILED);
	TRUE(mmap(NULL, (size_t)size, PROT_READ, MAP_PRIVATE, fd, 0) != MAP_FAILED);
	stay();
}

static void named(const char *argument)
{
	(void)argument;
	TRUE(!prctl(PR_SET_NAME, "\033[2Jevil"));
	forged("1");
}

/* ---- what it does ---- */

/* Children that are born, and end, as fast as they can be. */
static void forks(const char *argument)
{
	(void)argument;
	puts("ready");
	fflush(stdout);
	for (;;) {
		pid_t child = fork();

		if (!child)
			_exit(0);
		waitpid(child, NULL, 0);
	}
}

/* It allows itself nothing but to wait, and it is traced: nobody else may touch it.  Who makes it do
 * anything else kills it. */
static void closed(const char *argument)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_pause, 1, 0),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { sizeof(code) / sizeof(*code), code };
	uint8_t *at = room(1);
	pid_t child;

	(void)argument;
	forge(at)->below = (uintptr_t)at;
	TRUE(!mprotect(at, PAGE, PROT_READ));
	child = fork();
	if (!child) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		TRUE(!prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
		TRUE(!prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program));
		for (;;)
			syscall(SYS_pause);
	}
	TRUE(child > 0 && !ptrace(PTRACE_SEIZE, child, 0, 0));
	printf("child %d\n", child);
	stay();
}

/* Its own memory of a file that it makes shorter again and again. */
static void shrinks(const char *argument)
{
	int fd = open(argument, O_RDWR | O_CREAT | O_TRUNC, 0600);
	int own = open("/proc/self/exe", O_RDONLY);
	static char bytes[1 << 20];
	ssize_t size = read(own, bytes, sizeof(bytes));

	TRUE(fd >= 0 && own >= 0 && size > 0 && write(fd, bytes, (size_t)size) == size);
	TRUE(mmap(NULL, (size_t)size, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 0) != MAP_FAILED);
	puts("ready");
	fflush(stdout);
	for (;;) {
		TRUE(!ftruncate(fd, 0));
		usleep(1000);
		TRUE(pwrite(fd, bytes, (size_t)size, 0) == size);
		usleep(1000);
	}
}

/* ---- what it does to another process of its user ---- */

/* Other code for each `syscall; ret` where an updater has calls made. */
static const struct {
	const char *name, *code;
	size_t size;
} rewritings[] = {
	{ "number", "\xb8\xe7\0\0\0\x0f\x05\xc3", 8 },	  /* exit_group() */
	{ "arguments", "\xba\x07\0\0\0\x0f\x05\xc3", 8 }, /* memory with all rights */
	{ "table", "\xcd\x80\xc3", 3 },			  /* calls of 32 bits */
	{ "nothing", "\xeb\xfe", 2 },			  /* a loop */
};

static void rewrite_in(int memory, unsigned long low, unsigned long high, const char *code,
		       size_t size)
{
	uint8_t *bytes = malloc(high - low), *found;
	ssize_t got = pread(memory, bytes, high - low, (off_t)low);

	found = got > 0 ? memmem(bytes, (size_t)got, "\x0f\x05\xc3", 3) : NULL;
	if (found)
		TRUE(pwrite(memory, code, size, (off_t)(low + (size_t)(found - bytes))) ==
		     (ssize_t)size);
	free(bytes);
}

/* The first in each mapping of code, since that is what is taken. */
static void rewrites(const char *argument)
{
	char path[64], how[16], line[4096], private[5];
	unsigned long low, high;
	int pid;

	TRUE(sscanf(argument, "%d:%15s", &pid, how) == 2);
	snprintf(path, sizeof(path), "/proc/%d/mem", pid);
	int memory = open(path, O_RDWR);
	snprintf(path, sizeof(path), "/proc/%d/maps", pid);
	FILE *maps = fopen(path, "r");
	TRUE(memory >= 0 && maps);
	while (fgets(line, sizeof(line), maps))
		for (size_t i = 0; i < sizeof(rewritings) / sizeof(*rewritings); i++)
			if (!strcmp(how, rewritings[i].name) &&
			    sscanf(line, "%lx-%lx %4s", &low, &high, private) == 3 &&
			    !strcmp(private, "r-xp") && !strstr(line, "[vsyscall]"))
				rewrite_in(memory, low, high, rewritings[i].code,
					   rewritings[i].size);
	exit(0);
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*be)(const char *argument);
	} modes[] = {
		{ "forged", forged }, { "bomb", bomb },	      { "never", never },
		{ "maps", maps },     { "named", named },     { "forks", forks },
		{ "closed", closed }, { "shrinks", shrinks }, { "rewrites", rewrites },
	};

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (size_t i = 0; i < sizeof(modes) / sizeof(*modes); i++)
		if (argc > 1 && !strcmp(argv[1], modes[i].name))
			modes[i].be(argc > 2 ? argv[2] : "");
	return 2;
}

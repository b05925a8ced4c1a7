/*
 * A seccomp filter refuses executable memory that is or was writable, as systemd's
 * MemoryDenyWriteExecute= does.
 *
 * before: old n=\d+
 * after: new n=\d+
 * sequence: \bn=(\d+)
 */
#include "support.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#define LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define JUMP(how, value, yes, no) BPF_JUMP(BPF_JMP | (how) | BPF_K, (value), (yes), (no))
#define END(value) BPF_STMT(BPF_RET | BPF_K, (value))

static void confine(void)
{
	struct sock_filter filter[] = {
		LOAD(nr),
		JUMP(BPF_JEQ, SYS_mmap, 0, 4),
		LOAD(args[2]),
		BPF_STMT(BPF_ALU | BPF_AND | BPF_K, PROT_WRITE | PROT_EXEC),
		JUMP(BPF_JEQ, PROT_WRITE | PROT_EXEC, 5, 0),
		END(SECCOMP_RET_ALLOW),
		JUMP(BPF_JEQ, SYS_mprotect, 1, 0),
		JUMP(BPF_JEQ, SYS_pkey_mprotect, 0, 3),
		LOAD(args[2]),
		JUMP(BPF_JSET, PROT_EXEC, 0, 1),
		END(SECCOMP_RET_ERRNO | EPERM),
		END(SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { sizeof(filter) / sizeof(filter[0]), filter };

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0)
		printf("BAD seccomp\n");
	void *page = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (page == MAP_FAILED || mprotect(page, 4096, PROT_READ | PROT_EXEC) == 0 ||
	    mmap(NULL, 4096, PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) !=
		    MAP_FAILED)
		printf("BAD the filter does not hold\n");
}

int main(void)
{
	begin();
	confine();
	for (int n = 0;; n++) {
		tick();
#ifdef NEW
		printf("new n=%d\n", n);
#else
		printf("old n=%d\n", n);
#endif
	}
}

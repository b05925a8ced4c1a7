/*
 * The program's own mappings are sealed: nobody may unmap, move or reprotect them (mseal, Linux
 * 6.10).
 *
 * before: old n=\d+
 * after: new n=\d+
 * sequence: \bn=(\d+)
 */
#include "support.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef SYS_mseal
#define SYS_mseal 462
#endif

static void seal(void)
{
	char line[512], program[256] = "";
	FILE *maps = fopen("/proc/self/maps", "r");

	if (readlink("/proc/self/exe", program, sizeof(program) - 1) < 0 || !maps)
		printf("BAD /proc\n");
	errno = 0;
	while (fgets(line, sizeof(line), maps)) {
		char *end;
		unsigned long low = strtoul(line, &end, 16), high = strtoul(end + 1, &end, 16);

		if (!strstr(line, program))
			continue;
		if (syscall(SYS_mseal, low, high - low, 0) && errno != ENOSYS)
			printf("BAD mseal\n");
		else if (!mprotect((void *)low, high - low, PROT_READ) && errno != ENOSYS)
			printf("BAD not sealed\n");
	}
	fclose(maps);
}

int main(void)
{
	begin();
	seal();
	for (int n = 0;; n++) {
		tick();
#ifdef NEW
		printf("new n=%d\n", n);
#else
		printf("old n=%d\n", n);
#endif
	}
}

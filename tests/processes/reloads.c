/*
 * A program that unloads a library and loads it again at each SIGUSR1.  It prints how often it has
 * loaded it: "user PID COUNT VERSION n=NUMBER".
 */
#include <dlfcn.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "library.h"

static int loads;
static volatile sig_atomic_t again = 1;

static void ask(int number)
{
	(void)number;
	again = 1;
}

static void say(const char *version, int n)
{
	char line[100];
	int length =
		snprintf(line, sizeof(line), "user %d %d %s n=%d\n", getpid(), loads, version, n);

	if (write(1, line, (size_t)length) != length)
		_exit(1);
}

int main(int argc, char **argv)
{
	void (*work)(void (*)(const char *, int), int) = NULL;
	void *library = NULL;

	if (argc != 2 || signal(SIGUSR1, ask) == SIG_ERR)
		return 1;
	for (int n = 0;; n++) {
		if (again) {
			again = 0;
			if (library && dlclose(library))
				return puts("BAD the library cannot be unloaded"), 1;
			library = dlopen(argv[1], RTLD_NOW);
			if (!library)
				return puts("BAD the library cannot be loaded"), 1;
			*(void **)&work = dlsym(library, "library_once");
			loads++;
		}
		work(say, n);
		usleep(10000);
	}
}

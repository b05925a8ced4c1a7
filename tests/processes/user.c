/*
 * A program that uses the library: linked to it, or with the library's path as argument it loads
 * it. Its own version is printed, too: "user PID PROGRAM VERSION n=NUMBER".
 */
#include <dlfcn.h>
#include <stdio.h>
#include <unistd.h>

#include "library.h"

#ifdef NEW
#define OWN "new-program"
#else
#define OWN "old-program"
#endif

__attribute__((noinline)) static void say(const char *version, int n)
{
	char line[100];
	int length =
		snprintf(line, sizeof(line), "user %d %s %s n=%d\n", getpid(), OWN, version, n);

	if (write(1, line, (size_t)length) != length)
		_exit(1);
	usleep(10000);
}

int main(int argc, char **argv)
{
#ifdef LINKED
	(void)argc, (void)argv;
	library_loop(say);
#else
	void *library = argc > 1 ? dlopen(argv[1], RTLD_NOW) : NULL;
	void (*work)(void (*)(const char *, int)) = NULL;

	if (library)
		*(void **)&work = dlsym(library, "library_loop");
	if (!work)
		return puts("BAD the library cannot be loaded"), 1;
	work(say);
#endif
}

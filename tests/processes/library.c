/* A library in two versions, for programs that link it and programs that load it. */
#include "library.h"

#ifdef NEW
#define VERSION "new"
#else
#define VERSION "old"
#endif

void library_once(void (*say)(const char *version, int n), int n)
{
	say(VERSION, n);
}

/* Runs for ever: the library's own code is active. */
void library_loop(void (*say)(const char *version, int n))
{
	for (int n = 0;; n++)
		say(VERSION, n);
}

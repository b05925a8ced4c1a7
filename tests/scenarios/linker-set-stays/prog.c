/*
 * Commands register themselves between __start_commands and __stop_commands; one of them changes.
 *
 * before: old 2 4
 * after: new 3 4
 * either: -Os
 */
#ifdef NEW
#define ONE 2
#else
#define ONE 1
#endif
#include "../linker-set-grows/prog.c"

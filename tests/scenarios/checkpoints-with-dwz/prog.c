/*
 * The places of variables are found, though dwz moved their types to another file.
 *
 * before: old many n3=\d+
 * after: new many n3=\d+
 * sequence: \bn(\d)=(\d+)
 * cflags: -gdwarf-4
 * debuginfo: dwz
 */
#include "../linked-by-lld/prog.c"

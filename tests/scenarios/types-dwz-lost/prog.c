/*
 * A structure changes; dwz moved its description to a file that is not there.
 *
 * before: old id=1 n=\d+
 * expect: refuse
 * reason: they are in the dwz file '.*', which is not there
 * cflags: -gdwarf-4
 * debuginfo: dwz-lost
 */
#include "../types-line-tables/prog.c"

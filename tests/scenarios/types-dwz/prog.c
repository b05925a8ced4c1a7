/*
 * A structure changes; dwz moved its description to a file in the debug directory.
 *
 * before: old id=1 n=\d+
 * expect: refuse
 * reason: layout of 'struct record' .* member 'since' is new|'kept.*' .* no storage of its own
 * cflags: -gdwarf-4
 * debuginfo: dwz
 */
#include "../types-line-tables/prog.c"

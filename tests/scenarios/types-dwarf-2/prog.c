/*
 * A structure changes, and its members' places are expressions, as in DWARF 2.
 *
 * before: old id=1 n=\d+
 * expect: refuse
 * reason: layout of 'struct record' .* member 'since' is new
 * cflags: -gdwarf-2 -gstrict-dwarf
 * compilers: gcc
 */
#include "../types-line-tables/prog.c"

/*
 * A structure changes; the types are in .dwo files.
 *
 * before: old id=1 n=\d+
 * expect: refuse
 * reason: layout of 'struct record' .* member 'since' is new
 * debuginfo: split
 */
#include "../types-line-tables/prog.c"

/*
 * A structure changes; the types are in .dwo files.
 *
 * before: old id=1 n=\d+
 * expect: refuse
 * reason: layout of 'struct record' .* member 'since' is new|'kept.*' .* no storage of its own
 * debuginfo: split
 */
#include "../types-line-tables/prog.c"

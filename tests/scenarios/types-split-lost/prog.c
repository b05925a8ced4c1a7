/*
 * A structure changes; the types are in .dwo files, which are not there.
 *
 * before: old id=1 n=\d+
 * expect: refuse
 * reason: the types of its unit are not known: they are in '.*dwo', which is not
 * debuginfo: split-lost
 */
#include "../types-line-tables/prog.c"

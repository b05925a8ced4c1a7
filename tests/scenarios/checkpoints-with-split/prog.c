/*
 * The places of variables are found in .dwo files.
 *
 * before: old many n3=\d+
 * after: new many n3=\d+
 * sequence: \bn(\d)=(\d+)
 * debuginfo: split
 */
#include "../linked-by-lld/prog.c"

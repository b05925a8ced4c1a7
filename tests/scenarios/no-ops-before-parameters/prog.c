/*
 * No-ops that a tracer may use stand before the first instruction.
 *
 * before: old many n3=\d+
 * after: new many n3=\d+
 * sequence: \bn(\d)=(\d+)
 * cflags: -fpatchable-function-entry=5
 */
#include "../linked-by-lld/prog.c"

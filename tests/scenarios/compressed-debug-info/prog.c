/*
 * Debug information that is compressed in the old way (.zdebug_info).
 *
 * before: old many n3=\d+
 * after: new many n3=\d+
 * sequence: \bn(\d)=(\d+)
 * cflags: -gz=zlib-gnu
 * ldflags: -gz=zlib-gnu
 * compilers: gcc
 */
#include "../linked-by-lld/prog.c"

/*
 * Linked by gold: two segments share the first page of the file.
 *
 * before: old many n3=\d+
 * after: new many n3=\d+
 * sequence: \bn(\d)=(\d+)
 * ldflags: -fuse-ld=gold
 */
#include "../linked-by-lld/prog.c"

/*
 * Linked by mold: segments share pages of the file, and the assembler's names of constants stay.
 *
 * before: old many n3=\d+
 * after: new many n3=\d+
 * sequence: \bn(\d)=(\d+)
 * ldflags: -fuse-ld=mold
 */
#include "../linked-by-lld/prog.c"

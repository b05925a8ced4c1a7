/*
 * clang starts the places of parameters behind endbr64.
 *
 * before: old many n3=\d+
 * after: new many n3=\d+
 * sequence: \bn(\d)=(\d+)
 * cflags: -fcf-protection=branch
 * compilers: clang
 */
#include "../linked-by-lld/prog.c"

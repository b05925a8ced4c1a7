/*
 * Tables of distances, in the places that lld gives them.
 *
 * before: old Cu copper silver
 * before: old Au gold iron
 * after: new Cu copper argentum
 * after: new Ag argentum gold, the noblest of them all
 * ldflags: -fuse-ld=lld
 */
#include "../distances-of-texts/prog.c"

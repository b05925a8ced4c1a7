/*
 * Tables of distances, in the places that mold gives them.
 *
 * before: old Cu copper silver
 * before: old Au gold iron
 * after: new Cu copper argentum
 * after: new Ag argentum gold, the noblest of them all
 * ldflags: -fuse-ld=mold
 */
#include "../distances-of-texts/prog.c"

/*
 * A structure changes; types have units of their own (-fdebug-types-section).
 *
 * before: old id=1 n=\d+
 * expect: refuse
 * reason: layout of 'struct record' .* member 'since' is new|'kept.*' .* no storage of its own
 * cflags: -fdebug-types-section
 */
#include "../types-line-tables/prog.c"

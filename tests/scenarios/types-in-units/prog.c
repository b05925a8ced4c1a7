/*
 * A structure changes; types have units of their own (-fdebug-types-section).
 *
 * before: old id=1 n=\d+
 * expect: refuse
 * reason: layout of 'struct record' .* member 'since' is new
 * cflags: -fdebug-types-section
 */
#include "../types-line-tables/prog.c"

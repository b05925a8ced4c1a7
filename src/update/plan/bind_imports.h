/*
 * Run-time addresses of symbols in the libraries of a process.
 *
 * The dynamic loader's own lists (DT_DEBUG of the executable, r_debug, link_map), one for each
 * namespace, give the objects; a symbol is looked up in the scope of the image that is updated, as
 * far as that can be known: first what was loaded at program start, in order, then what the image
 * needs itself.  Where several that were loaded later define it, it is refused.  An
 * IFUNC symbol has the address that its resolver chose in this process: it is taken from a slot
 * that the loader has filled (an IRELATIVE slot of the defining library, or a bound slot of the
 * same symbol and version in any object), never computed.  No such slot: refused.
 *
 * Source: System V gABI (dynamic linking), LSB symbol versioning, glibc <link.h>.
 */
#ifndef SU_UPDATE_PLAN_BIND_IMPORTS_H
#define SU_UPDATE_PLAN_BIND_IMPORTS_H

#include "patch/reader.h"
#include "process/memory.h"
#include "process/proc.h"

/* Resolves every import of the patch: `ret[i]` gets the address for imports[i]. */
struct su_err *su_imports_resolve(const struct su_memory *memory, const struct su_maps *maps,
				  uint64_t image_base, const struct su_patch *patch,
				  uint64_t *ret) SU_MUST_CHECK;

#endif

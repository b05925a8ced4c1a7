/*
 * What root keeps of the updates since boot: the state folder.
 *
 *	STATE/boot			the boot that all of it is of
 *	STATE/patches/HASH.sup		each patch that was applied (HASH: signature.h)
 *	STATE/patches/HASH.sup.sig	its signatures, as they were then
 *	STATE/updates			a line of JSON for each update of a process, and each
 *					recovery that ended one, oldest first
 *
 * A process holds its patches in its own memory, where it can change them.  So when signatures are
 * required, a patch that is read back from a process is believed only if its copy is here: it was
 * allowed when it was applied.
 *
 * STATE is /var/lib/strongupdate, where that exists.  Where neither it nor /etc/strongupdate does,
 * $STRONGUPDATE_STATE may name another folder.  Without one nothing is kept.  It is begun anew after
 * a boot, since no process is left that was updated.
 */
#ifndef SU_TRUST_STATE_H
#define SU_TRUST_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct su_state {
	char *folder; /* "": there is none */
};

/* `boot`: a name of the running boot. */
struct su_err *su_state_open(const char *boot, struct su_state *ret) SU_MUST_CHECK;
void su_state_close(struct su_state *state);

/* Keeps a copy; `signatures` may be NULL. */
struct su_err *su_state_keep(const struct su_state *state, const uint8_t *bytes, size_t size,
			     const char *signatures) SU_MUST_CHECK;
bool su_state_has(const struct su_state *state, const uint8_t *bytes, size_t size);
/* Adds a line to the updates. */
struct su_err *su_state_note(const struct su_state *state, const char *line) SU_MUST_CHECK;

#endif

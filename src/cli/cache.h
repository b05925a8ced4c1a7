/*
 * Where `live` keeps patches, and the builds that they lead to.
 *
 *	DIR/OLD-NEW.sup		the patch from one build-id to the other
 *	DIR/BUILD-ID/NAME	a build that processes were updated to: their next update starts from it
 *
 * DIR is $STRONGUPDATE_CACHE, or /var/cache/strongupdate of root, or strongupdate in the user's cache.
 * It must be the caller's own: whoever writes to it decides what processes will run.
 */
#ifndef SU_CLI_CACHE_H
#define SU_CLI_CACHE_H

#include <stdbool.h>

/* The folder, made when it is not there; NULL: there is none that may be used, which was said. */
char *cli_cache_open(void);
/* Both free() it. */
char *cli_cache_patch(const char *cache, const char *old_id, const char *new_id);
/* The kept build of that build-id and name; NULL: there is none. */
char *cli_cache_build(const char *cache, const char *id, const char *name);
/* Keeps a copy of the file at `path`; false, and said, when it cannot be. */
bool cli_cache_keep(const char *cache, const char *id, const char *name, const char *path);

#endif

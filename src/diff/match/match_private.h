/*
 * What the files of this folder share: keys, and the linking of what stands alone under one.
 */
#ifndef SU_DIFF_MATCH_PRIVATE_H
#define SU_DIFF_MATCH_PRIVATE_H

#include "diff/match/match.h"

/* ---- match_units.c ---- */

/* The same number for a unit of the old version and the one that it became: by unit_id. */
struct su_unit_pairs {
	struct su_map *number[2]; /* of the old and the new version: unit_id -> number */
	struct su_map *doubtful;  /* unit_id of the old version: may be several of the new one */
	struct su_map *evidence;  /* number -> text, where the path is not that of one unit alone */
};

void su_unit_pairs_init(struct su_unit_pairs *pairs, const struct su_program *old_program,
			const struct su_program *new_program);
void su_unit_pairs_deinit(struct su_unit_pairs *pairs);
/* A text for keys that a unit has in common with the one it is paired with; `version` 0 is old. */
const char *su_unit_key(const struct su_unit_pairs *pairs, struct su_arena *arena, int version,
			uint64_t unit_id, const char *name);

/* ---- match.c ---- */

void su_match_link_routines(struct su_routine *a, struct su_routine *b, const char *evidence);
void su_match_link_data(struct su_datum *a, struct su_datum *b, const char *evidence);
const char *su_base_name(const char *path);

/* ---- match_clones.c ---- */

/* Without what keeps it apart from those of its name in other units: "frob.lto_priv.0" is frob. */
const char *su_plain_name(struct su_arena *arena, const char *name);
/* "frob.constprop.3" is a clone, by gcc's and clang's suffixes. */
bool su_is_clone(const char *name);
void su_match_clones(const struct su_unit_pairs *pairs, struct su_program *old_program,
		     struct su_program *new_program);

/* ---- uses.c ---- */

/* Static variables of one name in one function, several in one version or the other. `key` gives what
 * they have in common. */
typedef const char *su_group_key(const struct su_unit_pairs *pairs, struct su_arena *arena,
				 int version, const struct su_datum *datum);
void su_match_by_use(const struct su_unit_pairs *pairs, struct su_program *old_program,
		     struct su_program *new_program, su_group_key *key);

#endif

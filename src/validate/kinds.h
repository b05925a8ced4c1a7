/* Variables that keep their name and become another kind of thing: docs/soundness.md, rule 5. */
#ifndef SU_VALIDATE_KINDS_H
#define SU_VALIDATE_KINDS_H

#include "validate/world.h"

/* Looks for a location at checkpoint `record` that is made from a number and is a pointer now, or the
 * other way, as one variable's place at both ends. NULL, or what is wrong, allocated. */
struct su_err *su_kinds_judge(const struct su_world *world, size_t record,
			      char **ret) SU_MUST_CHECK;

#endif

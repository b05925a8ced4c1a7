/* Variables that keep their name and become another kind of thing: docs/soundness.md, rule 5. */
#ifndef SU_VALIDATE_KINDS_H
#define SU_VALIDATE_KINDS_H

#include "validate/explore.h"

/* Looks for locations at the trial's checkpoints that are made from a number and are a pointer now,
 * or the other way, as one variable's place at both ends: those have a finding then. */
struct su_err *su_kinds_judge(const struct su_trial *trial,
			      struct su_verdict *verdicts) SU_MUST_CHECK;

#endif

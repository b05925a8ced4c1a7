/* Frame offsets of both versions: which of the one is which of the other. */
#ifndef SU_CHECKPOINT_SIDE_FRAME_H
#define SU_CHECKPOINT_SIDE_FRAME_H

#include "checkpoint/side/pair.h"

/* "CFA-24", for messages. */
const char *su_frame_name(struct su_arena *arena, int64_t off);
/* The offset in the frame of `from` that offset `off` of `to` is. */
int64_t su_frame_offset(const struct su_pair *pair, int64_t off);
/* NULL and pair->shift, or why the frames do not fit together. */
const char *su_frame_find_shift(const struct su_side *from, const struct su_side *to, int64_t *ret);

#endif

/*
 * Answers that were found before, by number: yes and no, or small numbers.
 *
 * A zeroed memo is an empty one.
 */
#ifndef SU_BASE_MEMO_H
#define SU_BASE_MEMO_H

#include <stdbool.h>
#include <stdint.h>

struct su_memo {
	struct su_map *answers; /* key -> answer + 1; NULL: none yet */
};

/* False when there is no answer yet. */
bool su_memo_get(const struct su_memo *memo, uint64_t key, uint32_t *ret);
/* Keeps an answer, instead of one before, and gives it back. */
uint32_t su_memo_put(struct su_memo *memo, uint64_t key, uint32_t answer);
void su_memo_deinit(struct su_memo *memo);

/* Two numbers as one key. */
static inline uint64_t su_memo_key(uint32_t a, uint32_t b)
{
	return (uint64_t)a << 32 | b;
}

#endif

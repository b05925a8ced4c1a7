#include "base/memo.h"

#include "base/map.h"

bool su_memo_get(const struct su_memo *memo, uint64_t key, uint32_t *ret)
{
	uintptr_t known = memo->answers ? (uintptr_t)su_map_get_u64(memo->answers, key) : 0;

	if (!known)
		return false;
	*ret = (uint32_t)(known - 1);
	return true;
}

uint32_t su_memo_put(struct su_memo *memo, uint64_t key, uint32_t answer)
{
	if (!memo->answers)
		memo->answers = su_map_create();
	su_map_put_u64(memo->answers, key, (void *)((uintptr_t)answer + 1));
	return answer;
}

void su_memo_deinit(struct su_memo *memo)
{
	su_map_destroy(memo->answers);
	memo->answers = NULL;
}

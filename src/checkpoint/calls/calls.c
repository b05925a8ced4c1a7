#include "checkpoint/calls/calls.h"

void su_calls_deinit(struct su_calls *calls)
{
	su_memo_deinit(&calls->same_results);
	su_memo_deinit(&calls->own_constants);
	su_memo_deinit(&calls->bits);
	su_memo_deinit(&calls->helpers);
}

/* What a process carries: see carried.h. */
#include "update/carried/carried.h"

#include "process/apart.h"
#include "update/carried/lost.h"

struct su_err *su_carried_read(struct su_carried *carried, const struct su_memory *memory)
{
	SU_TRY(su_maps_read(&carried->maps, memory->pid));
	return su_carried_scan(carried, memory);
}

struct su_err *su_carried_scan(struct su_carried *carried, const struct su_memory *memory)
{
	SU_TRY(su_registry_scan(memory, &carried->maps, &carried->registries));
	return su_lost_drop(memory, &carried->maps, &carried->registries);
}

void su_carried_deinit(struct su_carried *carried)
{
	su_maps_deinit(&carried->maps);
	su_vec_deinit(&carried->registries.list);
}

bool su_carried_is_whole(const struct su_carried *carried)
{
	for (size_t i = 0; i < carried->registries.list.len; i++)
		if (su_registry_is_cut_off(&carried->registries.list.at[i]))
			return false;
	return true;
}

/* ---- from outside ---- */

struct asking {
	su_sight_question *question;
	const void *ctx;
};

static struct su_err *ask_carried(void *ctx, struct su_glimpse *glimpse, struct su_answer *ret)
{
	const struct asking *asking = ctx;
	struct su_sight sight = { .memory = glimpse->memory, .carried.maps = glimpse->maps };

	SU_TRY(su_carried_scan(&sight.carried, &sight.memory));
	const uint8_t answer = asking->question(asking->ctx, &sight);
	su_answer_put(ret, &answer, sizeof(answer));
	return NULL;
}

struct su_err *su_sight_ask(pid_t pid, su_sight_question *question, const void *ctx, bool *ret)
{
	struct asking asking = { question, ctx };
	struct su_answer answer = { { 0 } };

	SU_TRY(su_apart(pid, ask_carried, &asking, SU_APART_MOST, &answer));
	*ret = answer.bytes.len == 1 && answer.bytes.at[0];
	su_answer_deinit(&answer);
	return NULL;
}

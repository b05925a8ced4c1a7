/* What a process carries: see carried.h. */
#include "update/carried/carried.h"

#include "update/carried/lost.h"

struct su_err *su_carried_read(struct su_carried *carried, const struct su_memory *memory)
{
	SU_TRY(su_maps_read(&carried->maps, memory->pid));
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

struct su_err *su_sight_open(struct su_sight *sight, pid_t pid)
{
	/* A leader that has exited before its threads has no memory. */
	*sight = (struct su_sight){ .memory = { .pid = su_proc_living_task(pid), .fd = -1 } };
	if (!sight->memory.pid)
		return su_err_new(SU_E_GONE, "process %d has exited", pid);
	return su_carried_read(&sight->carried, &sight->memory);
}

void su_sight_close(struct su_sight *sight)
{
	su_carried_deinit(&sight->carried);
}

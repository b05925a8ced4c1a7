/* Who shares the memory of a process: see sharers.h. */
#include "process/sharers.h"

void su_sharers_deinit(struct su_sharers *sharers)
{
	su_vec_deinit(&sharers->strangers);
}

void su_sharers_forget(struct su_sharers *sharers)
{
	sharers->listed = false;
}

static bool is_same(struct su_proc_program one, struct su_proc_program other)
{
	return one.device == other.device && one.inode == other.inode;
}

struct programs {
	SU_VEC(struct su_proc_program) list;
};

static bool have(const struct programs *programs, struct su_proc_program program)
{
	for (size_t i = 0; i < programs->list.len; i++)
		if (is_same(programs->list.at[i], program))
			return true;
	return false;
}

static void list_programs(const struct su_group *group, struct programs *ret)
{
	for (size_t i = 0; i < group->sessions.len; i++) {
		struct su_proc_program program = su_proc_program(group->sessions.at[i]->pid);

		if (!have(ret, program))
			su_vec_push(&ret->list, program);
	}
}

static struct su_err *list_strangers(struct su_sharers *sharers, const struct su_group *group)
{
	struct programs programs = { 0 };
	struct su_tids all = { 0 };
	struct su_err *err = su_proc_list(&all);

	sharers->strangers.len = 0;
	list_programs(group, &programs);
	for (size_t i = 0; i < all.list.len && !err; i++) {
		struct su_stranger stranger = { all.list.at[i], su_proc_program(all.list.at[i]) };

		if (have(&programs, stranger.program) && !su_group_find(group, stranger.pid))
			su_vec_push(&sharers->strangers, stranger);
	}
	sharers->listed = !err;
	su_vec_deinit(&all.list);
	su_vec_deinit(&programs.list);
	return err;
}

static bool may_share(pid_t tid, pid_t other, bool *ret_gone)
{
	pid_t living = su_proc_living_task(other);
	enum su_sharing sharing = living ? su_proc_sharing(tid, living) : SU_SHARING_NO;

	if (sharing != SU_SHARING_NO && su_proc_living_task(other))
		return true;
	*ret_gone |= !living || sharing != SU_SHARING_NO;
	return false;
}

/* *ret_gone: one of those on the list is. */
static pid_t find_sharer(const struct su_sharers *sharers, pid_t pid, bool *ret_gone)
{
	struct su_proc_program program = su_proc_program(pid);
	pid_t tid = su_proc_living_task(pid);

	for (size_t i = 0; i < sharers->strangers.len && tid; i++) {
		const struct su_stranger *other = &sharers->strangers.at[i];

		if (is_same(other->program, program) && may_share(tid, other->pid, ret_gone))
			return other->pid;
	}
	return 0;
}

struct su_err *su_sharers_find(struct su_sharers *sharers, const struct su_group *group, pid_t pid,
			       pid_t *ret)
{
	bool old = sharers->listed, gone = false;

	*ret = 0;
	if (!old)
		SU_TRY(list_strangers(sharers, group));
	*ret = find_sharer(sharers, pid, &gone);
	if (*ret || !old || !gone)
		return NULL;
	SU_TRY(list_strangers(sharers, group));
	*ret = find_sharer(sharers, pid, &gone);
	return NULL;
}

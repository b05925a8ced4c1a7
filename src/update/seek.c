/* Finding the processes of an update: see seek.h. */
#include "update/seek.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"

#define MAX_DEPTH 256 /* of a process in a tree */

struct su_err *su_seek_init(struct su_seek *search, const struct strongupdate_targets *targets)
{
	*search = (struct su_seek){ .targets = targets };
	search->arena = su_arena_create();
	search->known = su_map_create();
	for (size_t i = 0; i < targets->tree_count; i++) {
		pid_t root = targets->trees[i];
		struct su_task_stat stat = su_proc_task_stat(root, root);

		if (!stat.exists)
			return su_err_new(SU_E_GONE, "there is no process %d", root);
		su_vec_push(&search->tree_births, stat.start_time);
	}
	return NULL;
}

void su_seek_deinit(struct su_seek *search)
{
	su_vec_deinit(&search->tree_births);
	su_vec_deinit(&search->listed.list);
	su_map_destroy(search->known);
	su_arena_destroy(search->arena);
}

bool su_seek_is_named(const struct su_seek *search, pid_t pid)
{
	for (size_t i = 0; i < search->targets->pid_count; i++)
		if (search->targets->pids[i] == pid)
			return true;
	return false;
}

static bool is_excepted(const struct su_seek *search, pid_t pid)
{
	for (size_t i = 0; i < search->targets->except_count; i++)
		if (search->targets->except[i] == pid)
			return true;
	return false;
}

static bool names_only(const struct su_seek *search)
{
	return !search->targets->all && !search->targets->tree_count;
}

/* Children of members are all that is looked for beyond names, and they are new numbers. */
static bool is_known(const struct su_seek *search, pid_t pid)
{
	const struct su_proc_program *known = su_map_get_u64(search->known, (uint64_t)pid);

	if (!known || names_only(search))
		return known;
	struct su_proc_program now = su_proc_program(pid);
	return now.device == known->device && now.inode == known->inode;
}

void su_seek_pass_over(struct su_seek *search, pid_t pid)
{
	struct su_proc_program *program = su_arena_alloc(search->arena, sizeof(*program));

	if (!names_only(search))
		*program = su_proc_program(pid);
	su_map_put_u64(search->known, (uint64_t)pid, program);
}

static bool is_root(const struct su_seek *search, pid_t pid, uint64_t birth)
{
	for (size_t i = 0; i < search->targets->tree_count; i++)
		if (search->targets->trees[i] == pid && search->tree_births.at[i] == birth)
			return true;
	return false;
}

static bool is_in_tree(const struct su_seek *search, pid_t pid)
{
	for (int depth = 0; pid > 0 && depth < MAX_DEPTH; depth++) {
		struct su_task_stat stat = su_proc_task_stat(pid, pid);

		if (!stat.exists)
			return false;
		if (is_root(search, pid, stat.start_time))
			return true;
		pid = stat.parent;
	}
	return false;
}

static bool may_belong(const struct su_seek *search, const struct su_group *group, pid_t pid)
{
	if (search->targets->all)
		return true;
	if (names_only(search))
		return su_group_find(group, su_proc_task_stat(pid, pid).parent);
	return is_in_tree(search, pid);
}

static void add_names(const struct su_seek *search, struct su_tids *ret)
{
	for (size_t i = 0; i < search->targets->pid_count; i++) {
		bool again = false;

		for (size_t k = 0; k < i; k++)
			again |= search->targets->pids[k] == search->targets->pids[i];
		if (!again)
			su_vec_push(&ret->list, search->targets->pids[i]);
	}
}

struct su_err *su_seek_next(struct su_seek *search, const struct su_group *group,
			    struct su_tids *ret)
{
	bool first = !search->asked;

	search->asked = true;
	ret->list.len = 0;
	if (first)
		add_names(search, ret);
	SU_TRY(su_proc_list(&search->listed));
	for (size_t i = 0; i < search->listed.list.len; i++) {
		pid_t pid = search->listed.list.at[i];

		if (pid == getpid() || is_excepted(search, pid) ||
		    ((first || names_only(search)) && su_seek_is_named(search, pid)) ||
		    su_group_find(group, pid) || is_known(search, pid))
			continue;
		if ((first && names_only(search)) || !may_belong(search, group, pid))
			su_seek_pass_over(search, pid);
		else
			su_vec_push(&ret->list, pid);
	}
	return NULL;
}

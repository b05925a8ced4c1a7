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

/* Of one look at all processes: each is asked for once. */
struct kinship {
	struct su_map *stats; /* by process */
	struct su_arena *arena;
};

static const struct su_task_stat *stat_of(const struct kinship *kinship, pid_t pid)
{
	struct su_task_stat *stat = su_map_get_u64(kinship->stats, (uint64_t)pid);

	if (stat)
		return stat;
	stat = su_arena_alloc(kinship->arena, sizeof(*stat));
	*stat = su_proc_task_stat(pid, pid);
	su_map_put_u64(kinship->stats, (uint64_t)pid, stat);
	return stat;
}

static bool is_in_tree(const struct su_seek *search, const struct kinship *kinship, pid_t pid)
{
	for (int depth = 0; pid > 0 && depth < MAX_DEPTH; depth++) {
		const struct su_task_stat *stat = stat_of(kinship, pid);

		if (!stat->exists)
			return false;
		if (is_root(search, pid, stat->start_time))
			return true;
		pid = stat->parent;
	}
	return false;
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

/* Where nothing but names was asked for: children of members. Others are passed over for good, also
 * those that were there before the first was seized. */
static bool is_new_child(struct su_seek *search, const struct su_group *group, bool first,
			 pid_t pid)
{
	if (is_known(search, pid))
		return false;
	if (!first && su_group_find(group, su_proc_task_stat(pid, pid).parent))
		return true;
	su_seek_pass_over(search, pid);
	return false;
}

static bool is_wanted(struct su_seek *search, const struct kinship *kinship,
		      const struct su_group *group, bool first, pid_t pid)
{
	if (pid == getpid() || is_excepted(search, pid) || su_group_find(group, pid))
		return false;
	if ((first || names_only(search)) && su_seek_is_named(search, pid))
		return false;
	if (names_only(search))
		return is_new_child(search, group, first, pid);
	return (search->targets->all || is_in_tree(search, kinship, pid)) && !is_known(search, pid);
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
	const struct kinship kinship = { su_map_create(), su_arena_create() };
	for (size_t i = 0; i < search->listed.list.len; i++)
		if (is_wanted(search, &kinship, group, first, search->listed.list.at[i]))
			su_vec_push(&ret->list, search->listed.list.at[i]);
	su_map_destroy(kinship.stats);
	su_arena_destroy(kinship.arena);
	return NULL;
}

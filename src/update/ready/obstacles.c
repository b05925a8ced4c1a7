/* What stands in the way of an update: see obstacles.h. */
#include "update/ready/obstacles.h"

#include <stdlib.h>

/* ---- how often it was seen ---- */

/* The same obstacle, whichever thread it is that is met there.  A thread that runs in a function is
 * at another instruction each time. */
static bool is_same(const struct su_obstacle *a, const struct su_obstacle *b)
{
	bool has_place = a->kind == SU_OBSTACLE_SUSPENDED || a->kind == SU_OBSTACLE_HELD ||
			 a->verdict == SU_VERDICT_WAITING;

	return a->kind == b->kind && a->pid == b->pid && a->verdict == b->verdict &&
	       a->suspended == b->suspended && (!has_place || a->where == b->where);
}

static struct su_obstacle_tally *tally_of(struct su_obstacles *obstacles,
					  const struct su_obstacle *what)
{
	for (size_t i = 0; i < obstacles->seen.len; i++)
		if (is_same(&obstacles->seen.at[i].what, what))
			return &obstacles->seen.at[i];
	struct su_obstacle_tally *tally = su_vec_add(&obstacles->seen);
	tally->what = *what;
	return tally;
}

static void count_obstacle(struct su_obstacles *obstacles, const struct su_obstacle *what)
{
	struct su_obstacle_tally *tally = tally_of(obstacles, what);

	if (tally->last == obstacles->rounds)
		return;
	tally->last = obstacles->rounds;
	tally->rounds++;
}

/* ---- how much it is ---- */

struct weight {
	unsigned nothing; /* obstacles that tell nothing of where the thread is */
	unsigned threads, suspended;
	unsigned rounds; /* in which that was seen which was seen most */
};

static bool tells_nothing(const struct su_obstacle *what)
{
	return what->kind == SU_OBSTACLE_UNPREPARED ||
	       (what->kind == SU_OBSTACLE_THREAD && what->verdict == SU_VERDICT_UNKNOWN);
}

static struct weight weigh_obstacle(struct su_obstacles *obstacles, const struct su_obstacle *list,
				    size_t len)
{
	struct weight weight = { 0, 0, 0, 0 };

	for (size_t i = 0; i < len; i++) {
		unsigned rounds = tally_of(obstacles, &list[i])->rounds;

		weight.nothing += tells_nothing(&list[i]);
		weight.threads += list[i].kind == SU_OBSTACLE_THREAD;
		weight.suspended +=
			list[i].kind == SU_OBSTACLE_SUSPENDED || list[i].kind == SU_OBSTACLE_HELD;
		if (rounds > weight.rounds)
			weight.rounds = rounds;
	}
	return weight;
}

static bool is_heavier(const struct weight *a, const struct weight *b)
{
	if (a->nothing != b->nothing)
		return a->nothing > b->nothing;
	if (a->threads != b->threads)
		return a->threads > b->threads;
	if (a->suspended != b->suspended)
		return a->suspended > b->suspended;
	return a->rounds < b->rounds;
}

/* ---- rounds ---- */

/* What was seen most comes first; few change places from one round to the next. */
static void sort_obstacles(struct su_obstacles *obstacles)
{
	struct su_obstacle *list = obstacles->nearest.at;
	unsigned most = 0;
	size_t first = 0;

	for (size_t i = 0; i < obstacles->nearest.len; i++) {
		unsigned rounds = tally_of(obstacles, &list[i])->rounds;

		if (rounds <= most)
			continue;
		most = rounds;
		first = i;
	}
	if (!first)
		return;
	struct su_obstacle swapped = list[0];
	list[0] = list[first];
	list[first] = swapped;
}

void su_obstacles_note(struct su_obstacles *obstacles, size_t population,
		       const struct su_obstacle *list, size_t count)
{
	bool first = !obstacles->rounds++ || population != obstacles->population;

	obstacles->population = population;
	for (size_t i = 0; i < count; i++)
		count_obstacle(obstacles, &list[i]);
	struct weight now = weigh_obstacle(obstacles, list, count);
	struct weight before =
		weigh_obstacle(obstacles, obstacles->nearest.at, obstacles->nearest.len);
	if (first || !is_heavier(&now, &before)) {
		obstacles->nearest.len = 0;
		for (size_t i = 0; i < count; i++)
			su_vec_push(&obstacles->nearest, list[i]);
	}
	sort_obstacles(obstacles);
}

void su_obstacles_deinit(struct su_obstacles *obstacles)
{
	su_vec_deinit(&obstacles->nearest);
	su_vec_deinit(&obstacles->seen);
}
